/// Where the time of a training step goes: by value, by layer, against what the machine could do, and as a trace.
///
/// Compiled code calls an observer after each value that it keeps; the time of a value is that since the one before.
#pragma once

#include "flexrt/report/Rates.h"
#include "flexrt/train/Model.h"

#include <nlohmann/json.hpp>

#include <set>

namespace flexrt {

/// One flexrt_observation without its data.
struct TimedValue {
  std::string path, place, operation, algorithm;
  bool backward = false;
  int64_t channels = 0, points = 0, flops = 0, bytes = 0;
  double start = 0, ms = 0; ///< milliseconds; `start` since the step began
};

struct TimedPass {
  std::vector<TimedValue> values;
  double ms = 0; ///< of the whole call: that of the values, and what comes after the last one
};

/// Loss and gradient once, observed.
TimedPass timePass(Model &model, const BatchView &batch);

/// `passes`: of the same work. Each value with the median of its times; the whole's median.
TimedPass medianPass(const std::vector<TimedPass> &passes);

/// The values of one layer, or of what else has a path.
struct ProfileRow {
  std::string path, place, kernel; ///< `kernel`: size of a sampled one, "" without
  std::set<std::string> algorithms;
  double forward = 0, backward = 0; ///< milliseconds
  int64_t flops = 0, bytes = 0;
  double least = 0; ///< milliseconds at the machine's rates
};

/// In the order in which they come first. What lies below a convolution belongs to it.
std::vector<ProfileRow> profileRows(const Model &model, const TimedPass &pass, const MachineRates &rates);

/// An event for every value, as Chrome's tracing and Perfetto read it.
nlohmann::ordered_json traceJson(const TimedPass &pass, const std::string &name);

} // namespace flexrt
