/// Another set at another resolution.
#pragma once

#include "flexrt/data/Dataset.h"

namespace flexrt {

/// Samples of `inner` (augmented there, at their own size) with `size` points an axis; `inner` itself if it has that size.
/// Throws Error for a set with an answer at each point.
std::unique_ptr<Dataset> makeResized(std::unique_ptr<Dataset> inner, std::array<int64_t, 2> size);

} // namespace flexrt
