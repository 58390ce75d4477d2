// Sizes of grids are arithmetic of the program on the size of the data, so what they come to is known only here.
#include "flexrt/train/Grids.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/SizeText.h"

#include <algorithm>
#include <string>

namespace flexrt {
namespace {

/// "'blocks.0.conv1' (net.flex:12:5)"
std::string ownerOf(const flexrt_network &network, int32_t taps) {
  const flexrt_layer *end = network.layers + network.layer_count;
  const auto *layer = std::find_if(network.layers, end, [&](const flexrt_layer &l) { return l.taps == taps; });
  return layer == end ? "'" + std::string(network.spaces[taps].name) + "'"
                      : "'" + std::string(layer->path) + "' (" + layer->place + ")";
}

bool isCentred(const flexrt_network &network, int32_t taps) {
  return std::any_of(network.convolutions, network.convolutions + network.convolution_count,
                     [&](const flexrt_convolution &c) { return c.taps == taps && !c.causal; });
}

} // namespace

void checkGrids(const flexrt_network &network, const std::vector<flexrt_extent> &extents, std::array<int64_t, 2> size) {
  for (int32_t s = 0; s < network.space_count; ++s) {
    const flexrt_space &space = network.spaces[s];
    if (space.kind != FLEXRT_SPACE_TAPS)
      continue;
    const int64_t *grid = extents[size_t(s)].grid;
    const auto isAnyAxis = [&](auto test) { return std::any_of(grid, grid + space.rank, test); };
    const auto message = [&] {
      const int32_t rank = std::max<int32_t>(space.rank, size[1] > 1 ? 2 : 1);
      return "the grid of the kernel of " + ownerOf(network, s) + " has " + sizeText(grid, space.rank) +
             " points for data of " + sizeText(size.data(), rank);
    };
    if (isAnyAxis([](int64_t points) { return points < 1; }))
      throw Error(message() + ": it needs 1 along each axis at least",
                  "the function `points` of the layer gives their number from the size of the data");
    if (isCentred(network, s) && isAnyAxis([](int64_t points) { return points % 2 == 0; }))
      throw Error(message() + ": a kernel that is not causal needs an odd number, to have a middle",
                  "`points = odd` is odd for any size of the data, and so is `points = full`");
  }
}

} // namespace flexrt
