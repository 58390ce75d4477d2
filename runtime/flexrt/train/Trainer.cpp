#include "flexrt/train/Trainer.h"

#include "flexrt/core/Signals.h"
#include "flexrt/train/Evaluation.h"

#include <algorithm>
#include <cmath>

namespace flexrt {

using Json = nlohmann::ordered_json;

Json scalarsJson(const Model &model, const Scalars &scalars) {
  Json json = Json::object();
  for (int32_t i = 0; i < model.network.scalar_count; ++i)
    json[model.network.scalar_names[i]] = scalars[size_t(i)];
  return json;
}

Json kernelSizesJson(const Model &model) {
  Json json = Json::object();
  for (int32_t i = 0; i < model.network.layer_count; ++i) {
    const flexrt_layer &layer = model.network.layers[i];
    const int64_t *size = model.extents[size_t(layer.taps)].size;
    json[layer.path] = std::vector<int64_t>(size, size + model.network.spaces[layer.taps].rank);
  }
  return json;
}

namespace {

std::string scalarsText(const Model &model, const Scalars &scalars) {
  std::string text;
  for (int32_t i = 0; i < model.network.scalar_count; ++i) {
    char number[64];
    std::snprintf(number, sizeof number, "  %s %.4f", model.network.scalar_names[i], scalars[size_t(i)]);
    text += number;
  }
  return text;
}

} // namespace

Trainer::Trainer(Model &model, const Config &config, const TrainingData &data, RunFolder folder, Origin origin,
                 TrainState state, Progress &progress)
    : model_(model), config_(config), data_(data), folder_(std::move(folder)), origin_(std::move(origin)),
      state_(std::move(state)), progress_(progress), stepper_(model, {config.accumulate, config.clip}),
      log_(folder_.log(), state_.logBytes), stepsPerEpoch_(data.stepsPerEpoch()),
      totalSteps_(config.lengthInSteps(stepsPerEpoch_)), stallRule_(config.stallRule(stepsPerEpoch_)),
      start_(Clock::now()), lastSave_(start_), secondsBefore_(state_.seconds), lastSaveStep_(state_.step) {
  state_.sums.resize(size_t(model.network.scalar_count));
  model.provide("stalls", double(state_.stalls.count));
}

Json Trainer::run() {
  try {
    if (state_.step == 0 && state_.logBytes == 0)
      saveLast(); // so that a run can be resumed whenever it dies
    // Saved after its last step, an epoch has still to be finished.
    while ((state_.step < totalSteps_ || state_.position > 0) && !stopsEarly()) {
      trainEpoch();
      finishEpoch();
    }
  } catch (const Interrupted &) {
    saveLast();
    throw;
  }
  saveLast();
  return finish(); // which may load the best parameters: nothing is saved from here on
}

/// Steps until the epoch's samples, or the run's steps, are used up.
void Trainer::trainEpoch() {
  const std::vector<int64_t> order = epochOrder(data_.split.train, config_.seed, state_.epoch);
  BatchSource source(*data_.train, model_.dtype(), {order.begin() + state_.position, order.end()}, data_.batch,
                     Augmentation{config_.seed, uint32_t(state_.epoch)});
  while (state_.position < int64_t(order.size()) && state_.step < totalSteps_) {
    if (stopRequested())
      throw Interrupted{};
    const BatchView batch = source.next().value();
    const int64_t count = batch.samples;
    const bool lastOfEpoch = state_.position + count == int64_t(order.size()) || state_.step + 1 == totalSteps_;
    Buffer before;
    if (lastOfEpoch) { // a copy, to report how far the last step went
      before = Buffer(model_.dtype(), model_.parameters.count());
      std::memcpy(before.data(), model_.parameters.data(),
                  size_t(before.count() * Buffer::elementBytes(model_.dtype())));
    }
    const StepResult result = stepper_.run(batch, state_.step);
    if (lastOfEpoch)
      noteLastStep(result, before);
    for (size_t i = 0; i < state_.sums.size(); ++i)
      state_.sums[i] += result.scalars[i] * double(count);
    state_.position += count;
    ++state_.step;
    showStep(result);
    if (saveIsDue())
      saveLast();
  }
}

/// Validation, the log's line, and the best checkpoint.
void Trainer::finishEpoch() {
  Scalars train = state_.sums;
  for (double &sum : train)
    sum /= double(std::max<int64_t>(state_.position, 1));
  Json line = {{"epoch", state_.epoch + 1}, {"step", state_.step}, {"train", scalarsJson(model_, train)}};
  std::string text = "epoch " + std::to_string(state_.epoch + 1) + scalarsText(model_, train);
  bool best = false;
  const Scalars *judged = &train;
  Scalars scalars;
  model_.updateSizes();
  if (config_.validation.onTest || !data_.split.heldOut.empty()) {
    const auto all = allSamples(data_.test->shape().samples);
    scalars = config_.validation.onTest ? evaluateSamples(model_, *data_.test, all, data_.batch)
                                        : evaluateSamples(model_, *data_.train, data_.split.heldOut, data_.batch);
    judged = &scalars;
    best = judge(scalars);
    line[config_.validation.onTest ? "test" : "validation"] = scalarsJson(model_, scalars);
    text += (config_.validation.onTest ? "  | test" : "  | validation") + scalarsText(model_, scalars);
  }
  line["best"] = best;
  if (stallRule_) {
    line["stalls"] = state_.stalls.count; // as they were in this epoch
    countStalls(*judged);
  }
  line["gradient_norm"] = state_.lastStep.at(0);
  for (size_t g = 1; g < state_.lastStep.size(); ++g)
    line["step_rms"][model_.network.groups[g - 1].name] = state_.lastStep[g];
  line["kernels"] = kernelSizesJson(model_);
  line["seconds"] = secondsSoFar();
  log_.append(line.dump() + "\n");
  progress_.line(text + "  " + clockText(secondsSoFar()) + (best ? "  best so far" : ""));
  state_.position = 0;
  std::fill(state_.sums.begin(), state_.sums.end(), 0.0);
  ++state_.epoch;
  if (best) {
    // First the best, then the last: should the process die in between, the epoch is done again and writes the same
    // file.
    log_.sync();
    state_.logBytes = log_.size();
    state_.seconds = secondsSoFar();
    writeSafetensors(folder_.best(), makeCheckpoint(model_, state_, origin_));
    saveLast();
  }
}

/// Whether these scalars are the best so far; remembers them if so.
bool Trainer::judge(const Scalars &scalars) {
  if (config_.keep.rule == Keep::last)
    return false;
  const double value = scalars[size_t(model_.scalarIndex(config_.keep.scalar))];
  const bool better = config_.keep.rule == Keep::lowest ? value < state_.bestValue : value > state_.bestValue;
  if (!std::isfinite(value) || (state_.hasBest && !better))
    return false;
  state_.hasBest = true;
  state_.bestEpoch = state_.epoch + 1;
  state_.bestValue = value;
  return true;
}

/// Without samples that are held out, training's own means are judged.
void Trainer::countStalls(const Scalars &judged) {
  const bool last = config_.keep.rule == Keep::last;
  const double value = judged[last ? 0 : size_t(model_.scalarIndex(config_.keep.scalar))];
  state_.stalls.judge(*stallRule_, value, last || config_.keep.rule == Keep::lowest);
  model_.provide("stalls", double(state_.stalls.count));
}

bool Trainer::stopsEarly() const {
  return config_.stopAfter.amount > 0 && state_.hasBest && state_.position == 0 &&
         double(state_.epoch - state_.bestEpoch) >= config_.stopAfter.amount;
}

Json Trainer::finish() {
  const bool useBest = state_.hasBest;
  if (useBest)
    loadParameters(model_, readSafetensors(folder_.best()), folder_.best());
  const auto all = allSamples(data_.test->shape().samples);
  const Scalars test = evaluateSamples(model_, *data_.test, all, data_.batch);
  Json record = {{"program", origin_.source},
                 {"source_hash", origin_.sourceHash},
                 {"experiment", origin_.experiment},
                 {"seed", config_.seed},
                 {"steps", state_.step},
                 {"epochs", state_.epoch},
                 {"checkpoint", useBest ? "best" : "last"}};
  if (useBest) {
    record["best_epoch"] = state_.bestEpoch;
    record["chosen_by"] = std::string(config_.validation.onTest ? "test " : "validation ") + config_.keep.scalar;
    record["best_value"] = state_.bestValue;
  }
  if (config_.validation.onTest)
    record["note"] = "the epoch was chosen on the test split: its result is optimistic";
  record["test"] = scalarsJson(model_, test);
  record["kernels"] = kernelSizesJson(model_);
  record["seconds"] = secondsSoFar();
  writeFileAtomically(folder_.record(), record.dump(2) + "\n");
  return record;
}

void Trainer::saveLast() {
  log_.sync();
  state_.logBytes = log_.size();
  state_.seconds = secondsSoFar();
  writeSafetensors(folder_.last(), makeCheckpoint(model_, state_, origin_));
  lastSave_ = Clock::now();
  lastSaveStep_ = state_.step;
}

bool Trainer::saveIsDue() const {
  const Duration &every = config_.checkpointEvery;
  if (every.unit == Duration::minutes)
    return std::chrono::duration<double>(Clock::now() - lastSave_).count() >= 60 * every.amount;
  return double(state_.step - lastSaveStep_) >= std::max(1.0, every.inSteps(stepsPerEpoch_));
}

void Trainer::showStep(const StepResult &result) {
  const int64_t epochs = (totalSteps_ + stepsPerEpoch_ - 1) / stepsPerEpoch_;
  progress_.update(state_.step, totalSteps_,
                   "epoch " + std::to_string(state_.epoch + 1) + "/" + std::to_string(epochs) + "  step " +
                       std::to_string(state_.step) + "/" + std::to_string(totalSteps_) +
                       scalarsText(model_, result.scalars));
}

/// How far the step moved the parameters of each optimiser: its rates, as they came out.
void Trainer::noteLastStep(const StepResult &result, const Buffer &before) {
  std::vector<double> sums(size_t(model_.network.group_count)), counts(sums.size());
  for (int32_t i = 0; i < model_.network.parameter_count; ++i) {
    const flexrt_parameter &p = model_.network.parameters[i];
    for (int64_t e = p.offset; p.group >= 0 && e < p.offset + p.count; ++e) {
      const double change = model_.parameters[e] - before[e];
      sums[size_t(p.group)] += change * change;
      counts[size_t(p.group)] += 1;
    }
  }
  state_.lastStep = {result.gradientNorm};
  for (size_t g = 0; g < sums.size(); ++g)
    state_.lastStep.push_back(std::sqrt(sums[g] / std::max(counts[g], 1.0)));
}

double Trainer::secondsSoFar() const {
  return secondsBefore_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

} // namespace flexrt
