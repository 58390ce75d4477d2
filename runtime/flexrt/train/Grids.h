/// Whether the grids that a network's kernels are sampled on can be what the sizes make of them.
#pragma once

#include "flexrt/abi/flexrt.h"

#include <array>
#include <vector>

namespace flexrt {

/// Throws `Error` if a grid has no point, or if a convolution that is not causal has one of an even number: it has no middle.
/// `extents`: by space, as entry `sizes` decided them for data of `size`.
void checkGrids(const flexrt_network &network, const std::vector<flexrt_extent> &extents, std::array<int64_t, 2> size);

} // namespace flexrt
