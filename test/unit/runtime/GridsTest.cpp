// Grids of kernels that no convolution can use.
#include "DataTesting.h"

#include "flexrt/train/Grids.h"

namespace flexrt::testing {
namespace {

/// One convolution with a grid of taps of this size, on data of 32x32.
void check(std::array<int64_t, 2> grid, int32_t rank, bool causal) {
  const flexrt_space spaces[] = {{"image", FLEXRT_SPACE_DATA, rank}, {"stem.taps", FLEXRT_SPACE_TAPS, rank}};
  const flexrt_layer layer{"stem", "net.flex:3:7", 1, 0, 1, 1, ""};
  const flexrt_convolution convolution{1, 0, 1, 1, causal, FLEXRT_OUTPUT, 0};
  flexrt_network network{};
  network.spaces = spaces;
  network.space_count = 2;
  network.layers = &layer;
  network.layer_count = 1;
  network.convolutions = &convolution;
  network.convolution_count = 1;
  const flexrt_extent data{{32, 32}, {32, 32}, {0, 0}, {32, 32}}, taps{{1, 1}, {grid[0], grid[1]}, {0, 0}, {1, 1}};
  checkGrids(network, {data, taps}, {32, rank == 2 ? 32 : 1});
}

TEST(Grids, HaveAPoint) {
  expectError([] { check({0, 0}, 2, false); }, {"'stem' (net.flex:3:7) has 0x0 points for data of 32x32", "`points`"});
  expectError([] { check({33, -7}, 2, false); }, {"33x-7 points"});
  expectError([] { check({0, 1}, 1, true); }, {"has 0 points for data of 32"});
  EXPECT_NO_THROW(check({1, 1}, 2, false));
}

TEST(Grids, HaveAMiddleUnlessCausal) {
  expectError([] { check({33, 32}, 2, false); }, {"33x32 points", "not causal", "odd"});
  expectError([] { check({32, 1}, 1, false); }, {"has 32 points", "odd"});
  EXPECT_NO_THROW(check({33, 31}, 2, false));
  EXPECT_NO_THROW(check({32, 1}, 1, true));
}

} // namespace
} // namespace flexrt::testing
