// Sizes of the taps' grids against the table of the specification (1.4), which was computed with the authors' code.
#include "CompiledProgram.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace flex::test;

static const double kRoot = std::sqrt(-2 * std::log(0.1));

static std::string cropModule(int rank, const char *points, const std::string &flags = "") {
  std::string shape = "!flex.field<" + std::to_string(rank) + "xf32>";
  return R"(module attributes {flex.experiment = "t"} {
    flex.space @data {rank = )" + std::to_string(rank) + R"( : i64}
    flex.space @taps {rank = )" + std::to_string(rank) + R"( : i64, taps}
    flex.parameter @low : )" + shape + R"( {authors = "", tags = []}
    flex.parameter @high : )" + shape + R"( {authors = "", tags = []}
    flex.network "sizes" @sizes(%lo: )" + shape + R"( {flex.bind = "parameter:low"},
                                %hi: )" + shape + R"( {flex.bind = "parameter:high"}) {
      flex.crop @taps of @data within %lo, %hi : )" + shape + ", " + shape + R"(
        {points = affine_map<(n) -> ()" + points + ")>" + flags + R"(}
      flex.yield
    } })";
}

static const char *kOdd = "n + 1 - n mod 2";

/// The taps of an image: sigma by axis, mu = 0.
static flexrt_extent crop2d(const CompiledProgram &program, int64_t size, float sigma0, float sigma1) {
  Execution run(program.network());
  run.resize(0, size, size);
  float r = float(kRoot);
  run.set("low", {-sigma0 * r, -sigma1 * r});
  run.set("high", {sigma0 * r, sigma1 * r});
  EXPECT_EQ(run.call(program.network().sizes), 0);
  return run.extents[1];
}

TEST(Crop, ImagesFollowTheTable) {
  CompiledProgram program(cropModule(2, kOdd));
  ASSERT_EQ(program.errors, "");
  struct Row {
    int64_t image, grid;
    float sigma;
    int64_t size;
  };
  const Row rows[] = {{32, 33, .029f, 1}, {32, 33, .03f, 3},  {32, 33, .05f, 3},  {33, 33, .075f, 5}, {32, 33, .1f, 7},
                      {32, 33, .2f, 13},  {32, 33, .3f, 21},  {32, 33, .4f, 27},  {32, 33, .46f, 31}, {32, 33, .5f, 33},
                      {16, 17, .05f, 1},  {16, 17, .075f, 3}, {16, 17, .1f, 3},   {16, 17, .2f, 7},   {16, 17, .3f, 11},
                      {16, 17, .4f, 13},  {16, 17, .46f, 15}, {16, 17, .5f, 17},  {28, 29, .075f, 5}, {64, 65, .075f, 11},
                      {96, 97, .075f, 15}};
  for (const Row &row : rows) {
    flexrt_extent taps = crop2d(program, row.image, row.sigma, row.sigma);
    EXPECT_EQ(taps.grid[0], row.grid) << row.image;
    EXPECT_EQ(taps.size[0], row.size) << "grid " << row.grid << ", sigma " << row.sigma;
    EXPECT_EQ(taps.size[1], row.size);
    EXPECT_EQ(taps.start[0], (row.grid - row.size) / 2);
  }
}

TEST(Crop, AxesAreCutApart) {
  CompiledProgram program(cropModule(2, kOdd));
  flexrt_extent taps = crop2d(program, 32, .1f, .5f);
  EXPECT_EQ(taps.size[0], 7);
  EXPECT_EQ(taps.size[1], 33);
}

TEST(Crop, AShiftedWindowEnlargesBothSides) {
  CompiledProgram program(cropModule(2, kOdd));
  Execution run(program.network());
  run.resize(0, 32, 32);
  run.set("low", {0.1f, -0.3f});
  run.set("high", {0.3f, -0.1f});
  run.call(program.network().sizes);
  EXPECT_EQ(run.extents[1].size[0], 9); // |g| < 0.3: 4 of 16 steps
  EXPECT_EQ(run.extents[1].size[1], 9);
}

TEST(Crop, KeepsAllWhereTheBoxIsNotANumber) {
  CompiledProgram program(cropModule(2, kOdd));
  flexrt_extent taps = crop2d(program, 32, NAN, 0);
  EXPECT_EQ(taps.size[0], 33);
  EXPECT_EQ(taps.size[1], 1); // the centre is always kept
}

TEST(Crop, SignalsKeepASuffix) {
  CompiledProgram program(cropModule(1, "n", ", causal")), late(cropModule(1, "n", ", causal, keep_late"));
  ASSERT_EQ(program.errors + late.errors, "");
  auto lengthOf = [&](const CompiledProgram &program, int64_t n, double mu, double sigma) {
    Execution run(program.network());
    run.resize(0, n);
    run.set("low", {float(mu - kRoot * sigma)});
    run.set("high", {float(mu + kRoot * sigma)});
    EXPECT_EQ(run.call(program.network().sizes), 0);
    const flexrt_extent &taps = run.extents[1];
    EXPECT_EQ(taps.start[0] + taps.size[0], n);
    EXPECT_EQ(taps.size[1], 1);
    EXPECT_EQ(taps.grid[1], 1);
    return taps.size[0];
  };
  auto length = [&](int64_t n, double mu, double sigma) {
    int64_t kept = lengthOf(program, n, mu, sigma);
    if (mu == 1)
      EXPECT_EQ(lengthOf(late, n, mu, sigma), kept);
    return kept;
  };
  for (auto [n, size] : std::vector<std::pair<int64_t, int64_t>>{
           {161, 13}, {182, 15}, {784, 64}, {1000, 81}, {1024, 83}, {16000, 1288}})
    EXPECT_EQ(length(n, 1, .075), size) << n;
  EXPECT_EQ(length(784, 1, .5), 421);
  EXPECT_EQ(length(1024, 1, .5), 549);
  EXPECT_EQ(length(784, 1, .94), 784); // from 0.93198 on all is kept
  EXPECT_EQ(length(784, 3, .1), 1);    // of a window behind the last point, that point is left,
  EXPECT_EQ(lengthOf(late, 784, 3, .1), 784); // or everything, as in the authors' code
}

TEST(Crop, WithoutABoxTheGridIsWhole) {
  CompiledProgram program(R"(module attributes {flex.experiment = "t"} {
    flex.space @data {rank = 2 : i64}
    flex.space @taps {rank = 2 : i64, taps}
    flex.network "sizes" @sizes() {
      flex.crop @taps of @data {points = affine_map<(n) -> (n * 2 - 1)>}
      flex.yield
    } })");
  ASSERT_EQ(program.errors, "");
  Execution run(program.network());
  run.resize(0, 5, 7);
  run.call(program.network().sizes);
  EXPECT_EQ(run.extents[1].size[0], 9);
  EXPECT_EQ(run.extents[1].size[1], 13);
  EXPECT_EQ(run.extents[1].start[1], 0);
}
