// What `stalls` counts: the rule of ReduceLROnPlateau, on sequences by hand. test/numeric/recipes compares it with PyTorch.
#include "flexrt/train/Stalls.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace flexrt::testing {
namespace {

std::vector<int64_t> counts(const StallRule &rule, const std::vector<double> &values, bool lower) {
  StallState state;
  std::vector<int64_t> result;
  for (const double value : values) {
    state.judge(rule, value, lower);
    result.push_back(state.count);
  }
  return result;
}

using Counts = std::vector<int64_t>;

TEST(Stalls, ComeAfterMoreBadEpochsThanThePatience) {
  EXPECT_EQ(counts({2, 0, 0}, {5, 5, 5, 5, 5, 5, 5, 4, 5}, true), (Counts{0, 0, 0, 1, 1, 1, 2, 2, 2}));
  EXPECT_EQ(counts({0, 0, 0}, {5, 6, 4, 4}, true), (Counts{0, 1, 1, 2}));
  EXPECT_EQ(counts({0, 0, 0}, {0.5, 0.6, 0.6, 0.7}, false), (Counts{0, 0, 1, 1}));
}

TEST(Stalls, BetterIsBetterByTheThreshold) {
  EXPECT_EQ(counts({0, 0.1, 0}, {10, 9.1, 8.9, 8.1}, true), (Counts{0, 1, 1, 2}));
  EXPECT_EQ(counts({0, 0.1, 0}, {10, 10.9, 11.1}, false), (Counts{0, 1, 1}));
}

TEST(Stalls, EpochsOfTheCooldownDoNotCount) {
  EXPECT_EQ(counts({0, 0, 2}, {5, 5, 5, 5, 5, 5, 5, 5}, true), (Counts{0, 1, 1, 1, 2, 2, 2, 3}));
}

TEST(Stalls, NothingIsBetterThanANumberButANumber) {
  EXPECT_EQ(counts({1, 0, 0}, {NAN, 3, NAN, NAN, 2}, true), (Counts{0, 0, 0, 1, 1}));
}

} // namespace
} // namespace flexrt::testing
