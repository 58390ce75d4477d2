#include "flexrt/train/Stalls.h"

#include <cmath>

namespace flexrt {

void StallState::judge(const StallRule &rule, double value, bool lowerIsBetter) {
  const double needed = reference * (lowerIsBetter ? 1 - rule.threshold : 1 + rule.threshold);
  const bool better = !std::isnan(value) && (!hasReference || (lowerIsBetter ? value < needed : value > needed));
  ++bad;
  if (better) {
    hasReference = true;
    reference = value;
    bad = 0;
  }
  if (cooling > 0) {
    cooling -= 1;
    bad = 0;
  }
  if (double(bad) <= rule.patience)
    return;
  ++count;
  bad = 0;
  cooling = rule.cooldown;
}

} // namespace flexrt
