#include "flexrt/train/Algorithms.h"

#include "flexrt/core/Buffer.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Pool.h"
#include "flexrt/core/SizeText.h"
#include "flexrt/core/Suggest.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// Algorithms are timed if their estimate is within this factor of the best, which is what estimates may be off.
constexpr double nearBest = 2.5;
/// Repetitions of a trial after the first, of which the fastest counts; none where one takes longer than `longTrial`.
constexpr int trials = 3;
constexpr double longTrial = 0.25;
/// Of its time an algorithm must take less than the better estimate's: what is within the noise stays as it is from machine to
/// machine.
constexpr double worthIt = 0.95;

#define FLEXRT_TEXT(algorithm, text) text,
const char *const names[] = {FLEXRT_ALGORITHMS(FLEXRT_TEXT)};
#undef FLEXRT_TEXT

std::string wantedText(int32_t wanted) {
  if (wanted == FLEXRT_OUTPUT)
    return "y";
  const bool dx = wanted & FLEXRT_INPUT_GRADIENT, dk = wanted & FLEXRT_TAPS_GRADIENT;
  return dx && dk ? "dx+dk" : dx ? "dx" : "dk";
}

} // namespace

const char *algorithmName(int32_t algorithm) { return names[algorithm]; }

std::optional<int32_t> algorithmOf(const std::string &name) {
  const auto *const found = std::find(std::begin(names), std::end(names), name);
  return found == std::end(names) ? std::nullopt : std::optional(int32_t(found - names));
}

std::string algorithmChoices() {
  std::string all = "auto";
  for (const char *name : names)
    all += (name == names[FLEXRT_ALGORITHM_COUNT - 1] ? " or " : ", ") + std::string(name);
  return all;
}

std::optional<int32_t> parseAlgorithm(const std::string &text) {
  if (text == "auto")
    return std::nullopt;
  if (const auto algorithm = algorithmOf(text))
    return algorithm;
  std::vector<std::string> all{"auto"};
  all.insert(all.end(), std::begin(names), std::end(names));
  throw Error("'algorithm' must be " + algorithmChoices() + ", not '" + text + "'" + didYouMean(text, all),
              "for example algorithm=direct", ExitCode::usage);
}

//===- Records -----------------------------------------------------------------------------------------------------===//

int64_t Algorithms::read(const std::filesystem::path &record) {
  const std::string text = readFile(record);
  size_t begin = 0;
  // What has no line's end was being written when the process died, and never used.
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = text.substr(begin, end - begin);
    const Json entry = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    const auto text = [&](const char *key) {
      return entry.is_object() && entry.contains(key) && entry[key].is_string() ? entry[key].get<std::string>() : "";
    };
    const auto algorithm = algorithmOf(text("algorithm"));
    if (!algorithm || text("convolution").empty())
      throw Error("'" + record.string() + "' is damaged: '" + line + "' is no choice of an algorithm", "restore it");
    obeyed_.emplace(text("convolution"), *algorithm);
  }
  return int64_t(begin);
}

void Algorithms::obey(const std::filesystem::path &record) { read(record); }

void Algorithms::recordTo(const std::filesystem::path &record) {
  int64_t bytes = 0;
  if (std::filesystem::exists(record)) {
    std::map<std::string, int32_t> before;
    before.swap(obeyed_);
    bytes = read(record);
    for (const auto &[shape, algorithm] : obeyed_)
      recorded_.insert(shape);
    obeyed_.merge(before); // the record's own come first
  }
  record_ = std::make_unique<AppendFile>(record, bytes);
}

//===- Choices -----------------------------------------------------------------------------------------------------===//

const int32_t *Algorithms::choose(flexrt_run run, bool training, Purpose purpose) {
  std::vector<int64_t> sizes = {run.samples, training, int64_t(purpose)};
  for (int32_t s = 0; s < network_.space_count; ++s)
    sizes.insert(sizes.end(), run.extents[s].size, run.extents[s].size + FLEXRT_MAX_RANK);
  if (sizes == sizes_)
    return table_.data();
  table_.resize(size_t(network_.convolution_count));
  sizes_.clear();
  for (int32_t i = 0; i < network_.convolution_count; ++i) {
    if (!training && network_.convolutions[i].wanted != FLEXRT_OUTPUT)
      continue;
    const std::string shape = shapeOf(run, i);
    const auto found = known_.find(shape);
    if (found != known_.end()) {
      table_[size_t(i)] = found->second;
      continue;
    }
    const Choice choice = decide(run, i, shape, purpose);
    table_[size_t(i)] = choice.algorithm;
    if (purpose == Purpose::plan)
      continue;
    known_.emplace(shape, choice.algorithm);
    Json entry = {{"convolution", shape}, {"algorithm", names[choice.algorithm]}, {"chosen_by", choice.by}};
    if (!choice.times.empty())
      entry["milliseconds"] = Json::parse(choice.times);
    if (record_ && recorded_.insert(shape).second)
      record_->append(entry.dump() + "\n");
  }
  if (record_ && purpose == Purpose::run)
    record_->sync();
  sizes_ = std::move(sizes);
  return table_.data();
}

std::string Algorithms::shapeOf(const flexrt_run &run, int32_t convolution) const {
  const flexrt_convolution &c = network_.convolutions[convolution];
  const int32_t rank = network_.spaces[c.data].rank;
  return wantedText(c.wanted) + " of " + std::to_string(run.samples) + " x " + sizeText(run.extents[c.data].size, rank) +
         (c.causal ? " causal" : "") + ", " + std::to_string(c.in) + " to " + std::to_string(c.out) + " channels, " +
         sizeText(run.extents[c.taps].size, rank) + " taps" +
         (c.hidden ? " of " + std::to_string(c.hidden) + " signals" : "") + ", " + (network_.dtype == FLEXRT_F64 ? "f64" : "f32");
}

void Algorithms::impossible(const flexrt_run &run, int32_t convolution) const {
  throw Error("algorithm=" + std::string(names[*only]) + " cannot compute " + shapeOf(run, convolution) +
                  ": no transform is long enough",
              "algorithm=auto takes another way where there is none", ExitCode::usage);
}

Algorithms::Choice Algorithms::decide(const flexrt_run &run, int32_t convolution, const std::string &shape,
                                      Purpose purpose) {
  std::vector<flexrt_estimate> estimates(FLEXRT_ALGORITHM_COUNT);
  network_.estimate(&run, convolution, estimates.data());
  const auto isPossible = [&](int32_t algorithm) { return estimates[size_t(algorithm)].possible != 0; };
  if (only) {
    // Where taps are no mixtures, "basis" means what is left of it.
    const int32_t algorithm = *only == FLEXRT_BASIS && !isPossible(FLEXRT_BASIS) ? int32_t(FLEXRT_SPECTRAL) : *only;
    if (!isPossible(algorithm))
      impossible(run, convolution);
    return {algorithm, "user", ""};
  }
  if (const auto found = obeyed_.find(shape); found != obeyed_.end() && isPossible(found->second))
    return {found->second, "record", ""};
  if (tune && cache)
    if (const auto found = cache->algorithm(shape); found && isPossible(*found))
      return {*found, "earlier timing", ""};

  const auto seconds = [&](int32_t algorithm) {
    const flexrt_estimate &e = estimates[size_t(algorithm)];
    return 2 * e.multiply_adds / rates().flops + e.bytes / rates().bytes;
  };
  std::vector<int32_t> candidates; // compiled code; the library is what it is compared with, for who asks
  for (const int32_t algorithm : {FLEXRT_DIRECT, FLEXRT_SPECTRAL, FLEXRT_BASIS})
    if (isPossible(algorithm))
      candidates.push_back(algorithm);
  std::sort(candidates.begin(), candidates.end(), [&](int32_t a, int32_t b) { return seconds(a) < seconds(b); });
  while (candidates.size() > 1 && seconds(candidates.back()) > nearBest * seconds(candidates.front()))
    candidates.pop_back();
  if (!tune || purpose == Purpose::plan || candidates.size() == 1)
    return {candidates.front(), "estimate", ""};
  Choice choice = fastest(run, convolution, candidates, estimates);
  if (cache)
    if (const int32_t kept = cache->keepAlgorithm(shape, choice.algorithm, choice.times); kept != choice.algorithm)
      return {kept, "earlier timing", ""};
  return choice;
}

Algorithms::Choice Algorithms::fastest(flexrt_run run, int32_t convolution, const std::vector<int32_t> &candidates,
                                       const std::vector<flexrt_estimate> &estimates) {
  int64_t bytes = 0;
  for (const int32_t algorithm : candidates)
    bytes = std::max(bytes, estimates[size_t(algorithm)].trial_bytes);
  const Memory arena(bytes);
  std::vector<int32_t> table(size_t(network_.convolution_count));
  run.arena = arena.data();
  run.algorithms = table.data();
  run.near_bytes = rates().near;
  prepareThread();
  Json times = Json::object();
  int32_t best = candidates.front();
  double least = 0;
  for (const int32_t algorithm : candidates) {
    table[size_t(convolution)] = algorithm;
    const double taken = measure(run, convolution);
    times[names[algorithm]] = std::round(taken * 1e6) / 1e3;
    if (algorithm == candidates.front() || taken < worthIt * least) {
      least = taken;
      best = algorithm;
    }
  }
  return {best, "timing", times.dump()};
}

double Algorithms::measure(const flexrt_run &run, int32_t convolution) const {
  double least = 0;
  for (int trial = 0; trial <= trials; ++trial) {
    const auto start = Clock::now();
    const flexrt_status status = network_.trial(&run, convolution);
    throwNotedFailure();
    if (status != 0)
      throw Error("a trial of a convolution failed with status " + std::to_string(status));
    const double taken = std::chrono::duration<double>(Clock::now() - start).count();
    if (trial <= 1 || taken < least) // the first one warms up
      least = taken;
    if (taken > longTrial)
      break;
  }
  return least;
}

int64_t Algorithms::nearBytes() {
  const auto asks = [](int32_t algorithm) { return algorithm == FLEXRT_SPECTRAL || algorithm == FLEXRT_BASIS; };
  return std::any_of(table_.begin(), table_.end(), asks) ? rates().near : 0;
}

const MachineRates &Algorithms::rates() {
  if (!rates_ && cache)
    rates_ = cache->rates(network_.dtype);
  if (!rates_) {
    rates_ = measureRates(network_.dtype);
    if (cache)
      cache->keepRates(network_.dtype, *rates_);
  }
  return *rates_;
}

} // namespace flexrt
