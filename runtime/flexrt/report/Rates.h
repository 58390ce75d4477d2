/// What this machine can do at most, measured with small loops: the lines of a roofline.
#pragma once

#include <cstdint>

namespace flexrt {

struct MachineRates {
  double flops = 0; ///< fused multiply-adds from registers, each two operations, per second, all threads together
  double bytes = 0; ///< read and written by a loop over arrays that no cache holds, per second, likewise
  double cached = 0; ///< the same over arrays of a few megabytes for each thread
  int64_t near = 0;  ///< bytes of the largest array that is better written through the caches, see ScatteredWrites.h

  /// Seconds that so much work takes at least; values that stay in a cache may be faster.
  double least(int64_t work, int64_t traffic) const;
};

/// For elements of `dtype`, on the threads of the pool. Takes some tenths of a second.
MachineRates measureRates(int32_t dtype);

} // namespace flexrt
