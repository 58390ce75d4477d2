/// Counts standstills: how often an epoch's judged scalar has not improved for longer than a patience. Schedules read the
/// count as `stalls`; the rule is that of PyTorch's ReduceLROnPlateau with relative thresholds.
#pragma once

#include <cstdint>

namespace flexrt {

struct StallRule {
  double patience = 0;     ///< epochs without a better value that pass before a stall
  double threshold = 1e-4; ///< a better value is better by this share
  double cooldown = 0;     ///< epochs after a stall that do not count
};

/// Where the count is: part of what a run is resumed from.
struct StallState {
  int64_t count = 0;         ///< stalls so far
  int64_t bad = 0;           ///< epochs since the last better value or stall
  double cooling = 0;        ///< epochs left that do not count
  bool hasReference = false; ///< whether there was a value at all
  double reference = 0;      ///< the last value that was better

  /// The value of one more epoch. A NaN is never better.
  void judge(const StallRule &rule, double value, bool lowerIsBetter);

  bool operator==(const StallState &) const = default;
};

} // namespace flexrt
