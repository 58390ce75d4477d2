/// Sizes of data, of taps and of grids, as people write them.
#pragma once

#include <cstdint>
#include <string>

namespace flexrt {

/// "32x48" or "32", of that rank: what parseSize reads.
inline std::string sizeText(const int64_t *size, int rank) {
  return rank == 1 ? std::to_string(size[0]) : std::to_string(size[0]) + "x" + std::to_string(size[1]);
}

} // namespace flexrt
