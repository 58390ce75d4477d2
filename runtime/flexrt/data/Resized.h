/// Another set at another resolution.
#pragma once

#include "flexrt/data/Dataset.h"

#include <vector>

namespace flexrt {

/// Samples of `inner` (augmented there, at their own size) with `size` points an axis: linear interpolation with the
/// antialiasing filter that image libraries use, so that making an image smaller averages. Throws Error for a set with an
/// answer at each point.
std::unique_ptr<Dataset> makeResized(std::unique_ptr<Dataset> inner, std::array<int64_t, 2> size);

/// `values` [count][from...] as [count][to...].
std::vector<float> resize(const float *values, int64_t count, std::array<int64_t, 2> from, std::array<int64_t, 2> to);

} // namespace flexrt
