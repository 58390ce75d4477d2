#include "flexrt/train/PictureFit.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Png.h"
#include "flexrt/core/Signals.h"
#include "flexrt/train/Evaluation.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

namespace flexrt {

using Json = nlohmann::ordered_json;

namespace {

Buffer copyOf(const Buffer &buffer) {
  Buffer copy(buffer.dtype(), buffer.count());
  std::memcpy(copy.data(), buffer.data(), size_t(buffer.count() * Buffer::elementBytes(buffer.dtype())));
  return copy;
}

/// [rows][channels][width] to [channels][rows][width], from row `first` on.
template <typename T>
void placeRows(const T *from, int64_t count, int64_t first, int64_t channels, int64_t height, int64_t width,
               std::vector<double> &to) {
  for (int64_t row = first; row < first + count; ++row)
    for (int64_t c = 0; c < channels; ++c, from += width)
      std::copy_n(from, width, &to[size_t((c * height + row) * width)]);
}

} // namespace

double FitQuality::psnr() const { return -10 * std::log10(clampedMse); }

PictureFit::PictureFit(Model &model, const Config &config, const Dataset &rows, std::filesystem::path folder,
                       Origin origin, int64_t every)
    : model_(model), config_(config), rows_(rows), folder_(std::move(folder)), origin_(std::move(origin)),
      every_(every), batch_(config.batch()), total_(0), whole_(batch_ >= rows.shape().samples),
      stepper_(model, {config.accumulate, config.clip}) {
  const DatasetShape &shape = rows.shape();
  total_ = config.lengthInSteps((shape.samples + batch_ - 1) / batch_);
  state_.sums.resize(size_t(model.network.scalar_count));
  state_.lastStep.resize(size_t(model.network.group_count) + 1);
  std::vector<float> inputs(size_t(shape.samples * shape.inputElements())), targets(size_t(shape.samples * shape.targets));
  rows.read(allSamples(shape.samples), std::nullopt, inputs.data(), targets.data());
  target_.resize(targets.size());
  placeRows(targets.data(), shape.samples, 0, shape.targets / shape.size[1], shape.samples, shape.size[1], target_);
}

Json PictureFit::run(const Shown &shown) {
  std::filesystem::create_directories(folder_);
  checkSettings();
  if (std::filesystem::exists(folder_ / "record.json")) {
    Json record = Json::parse(std::ifstream(folder_ / "record.json"), nullptr, false);
    if (!record.is_discarded() && record["steps"] == total_)
      return record;
  }
  goOn();
  curve_ = std::make_unique<AppendFile>(folder_ / "curve.jsonl", state_.logBytes);
  start_ = lastSave_ = Clock::now();
  try {
    learn(shown);
  } catch (const Interrupted &) {
    save();
    throw;
  }
  save();
  return finish();
}

/// The settings of this fit are those of the folder, if it has any.
void PictureFit::checkSettings() const {
  Json settings = {{"program", origin_.source}, {"source_hash", origin_.sourceHash}, {"experiment", origin_.experiment},
                   {"data", config_.data()}};
  for (const Config::Entry &entry : config_.entries())
    if (entry.ofNetwork || entry.key == "seed" || entry.key == "batch" || entry.key == "accumulate" || entry.key == "clip")
      settings["settings"][entry.key] = entry.value;
  const std::filesystem::path path = folder_ / "settings.json";
  const std::string text = settings.dump(2) + "\n";
  if (!std::filesystem::exists(path))
    return writeFileAtomically(path, text);
  std::ifstream file(path);
  if (std::string({std::istreambuf_iterator<char>(file), {}}) != text)
    throw Error("'" + folder_.string() + "' holds a fit with other settings (settings.json)",
                "name another folder with -o, or remove this one");
}

void PictureFit::goOn() {
  const std::filesystem::path last = folder_ / "last.safetensors", best = folder_ / "best.safetensors";
  if (!std::filesystem::exists(last) || !std::filesystem::exists(best))
    return;
  loadParameters(model_, readSafetensors(best), best);
  bestParameters_ = copyOf(model_.parameters);
  bestStates_ = copyOf(model_.states);
  state_ = loadCheckpoint(model_, readSafetensors(last), origin_, last);
}

void PictureFit::learn(const Shown &shown) {
  const int64_t rows = rows_.shape().samples;
  if (whole_) { // the same batch in every step: rows need no order
    BatchSource source(rows_, model_.dtype(), allSamples(rows), rows);
    const BatchView picture = source.next().value();
    while (state_.step < total_)
      step(picture, shown);
    return;
  }
  while (state_.step < total_) {
    const std::vector<int64_t> order = epochOrder(allSamples(rows), config_.seed, state_.epoch);
    BatchSource source(rows_, model_.dtype(), {order.begin() + state_.position, order.end()}, batch_);
    while (state_.position < rows && state_.step < total_) {
      const BatchView batch = source.next().value();
      state_.position += batch.samples;
      step(batch, shown);
    }
    if (state_.position == rows) {
      state_.position = 0;
      ++state_.epoch;
    }
  }
}

void PictureFit::step(const BatchView &batch, const Shown &shown) {
  if (stopRequested()) {
    state_.position -= whole_ ? 0 : batch.samples;
    throw Interrupted{};
  }
  if (whole_) {
    const Buffer parameters = copyOf(model_.parameters), states = copyOf(model_.states);
    keepIfBetter(stepper_.run(batch, state_.step).scalars[0], parameters, states);
  } else {
    stepper_.run(batch, state_.step);
  }
  ++state_.step;
  if (state_.step % every_ == 0 || state_.step == total_) {
    const FitQuality quality = evaluate();
    if (!whole_ || state_.step == total_) // no other step sees these parameters as a whole
      keepIfBetter(quality.loss, model_.parameters, model_.states);
    curve_->append(Json({{"step", state_.step}, {"mse", quality.mse}, {"psnr", quality.psnr()}, {"seconds", seconds()}})
                       .dump() + "\n");
    shown(state_.step, quality);
  }
  const Duration &saved = config_.checkpointEvery;
  const bool due = saved.unit == Duration::minutes
                       ? std::chrono::duration<double>(Clock::now() - lastSave_).count() >= 60 * saved.amount
                       : state_.step % std::max<int64_t>(1, std::llround(saved.inSteps(1))) == 0;
  if (due)
    save();
}

void PictureFit::keepIfBetter(double loss, const Buffer &parameters, const Buffer &states) {
  if (!std::isfinite(loss) || (state_.hasBest && loss >= state_.bestValue))
    return;
  state_.hasBest = true;
  state_.bestValue = loss;
  state_.bestEpoch = state_.step;
  bestParameters_ = copyOf(parameters);
  bestStates_ = copyOf(states);
}

void PictureFit::exchangeBest() {
  std::swap(model_.parameters, bestParameters_);
  std::swap(model_.states, bestStates_);
}

/// First the best, then the last: `goOn` needs both, and the last says what the best is.
void PictureFit::save() {
  curve_->sync();
  TrainState state = state_;
  state.logBytes = curve_->size();
  state.seconds = seconds();
  if (state.hasBest) {
    exchangeBest();
    writeSafetensors(folder_ / "best.safetensors", makeCheckpoint(model_, state, origin_));
    exchangeBest();
  }
  writeSafetensors(folder_ / "last.safetensors", makeCheckpoint(model_, state, origin_));
  lastSave_ = Clock::now();
}

FitQuality PictureFit::evaluate() {
  const DatasetShape &shape = rows_.shape();
  const int64_t channels = model_.outputChannels(), width = shape.size[1], step = std::min(batch_, shape.samples);
  FitQuality quality;
  quality.values.resize(target_.size());
  Buffer output(model_.dtype(), step * model_.outputElements());
  BatchSource source(rows_, model_.dtype(), allSamples(shape.samples), step);
  for (int64_t first = 0; const auto batch = source.next(); first += batch->samples) {
    quality.loss += model_.evaluate(*batch, output)[0] * double(batch->samples) / double(shape.samples);
    output.with([&](auto *p) { placeRows(p, batch->samples, first, channels, shape.samples, width, quality.values); });
  }
  for (size_t i = 0; i < target_.size(); ++i) {
    const double plain = quality.values[i] - target_[i], clamped = std::clamp(quality.values[i], 0.0, 1.0) - target_[i];
    quality.mse += plain * plain / double(target_.size());
    quality.clampedMse += clamped * clamped / double(target_.size());
  }
  return quality;
}

Json PictureFit::finish() {
  if (state_.hasBest)
    exchangeBest();
  const FitQuality quality = evaluate();
  writePictures(quality);
  int64_t parameters = 0;
  for (int32_t i = 0; i < model_.network.parameter_count; ++i)
    parameters += model_.network.parameters[i].count;
  const Json record = {{"program", origin_.source}, {"experiment", origin_.experiment}, {"data", config_.data()},
                       {"steps", state_.step},      {"best_step", state_.bestEpoch},   {"parameters", parameters},
                       {"mse", quality.mse},        {"psnr", quality.psnr()},          {"seconds", seconds()}};
  writeFileAtomically(folder_ / "record.json", record.dump(2) + "\n");
  return record;
}

/// Others than of 1 or 3 channels cannot be shown.
void PictureFit::writePictures(const FitQuality &quality) const {
  const DatasetShape &shape = rows_.shape();
  const int64_t channels = shape.targets / shape.size[1];
  if (channels != 1 && channels != 3)
    return;
  const auto [least, most] = std::minmax_element(target_.begin(), target_.end());
  const double black = std::min(*least, 0.0), white = std::max(*most, 1.0);
  for (const auto &[name, values] : {std::pair{"fit.png", &quality.values}, std::pair{"target.png", &target_}}) {
    std::vector<double> shown = *values;
    for (double &value : shown)
      value = (value - black) / (white - black);
    writePng(folder_ / name, shown, channels, shape.samples, shape.size[1]);
  }
}

double PictureFit::seconds() const {
  return state_.seconds + std::chrono::duration<double>(Clock::now() - start_).count();
}

} // namespace flexrt
