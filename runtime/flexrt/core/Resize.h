/// Images and sequences at another resolution.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace flexrt {

/// `values` [count][from...] as [count][to...], by linear interpolation with the antialiasing filter that image libraries
/// use: what becomes smaller is averaged. A sequence has size 1 along its second axis, before and after.
std::vector<float> resize(const float *values, int64_t count, std::array<int64_t, 2> from, std::array<int64_t, 2> to);

} // namespace flexrt
