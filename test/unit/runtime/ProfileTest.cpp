// A step's times by layer, against the machine's rates, and as a trace.
#include "FakeNetwork.h"

#include "flexrt/core/Pool.h"
#include "flexrt/report/Profile.h"

#include <gtest/gtest.h>

#include <cmath>

namespace flexrt::testing {
namespace {

/// 1 GFLOP/s and 100 MB/s: a million operations or 100,000 bytes take a millisecond.
constexpr MachineRates slow{1e9, 1e8, 1e9};

TimedPass handmade() {
  return {{{"conv.kernel", "std.flex:1:1", "points", "", false, 4, 9, 1'000'000, 0, 0, 3},
           {"conv", "net.flex:3:1", "correlate", "library", false, 0, 20, 2'000'000, 100'000, 3, 8},
           {"head", "net.flex:4:1", "points", "", false, 10, 1, 0, 0, 11, 1},
           {"conv", "net.flex:3:1", "correlate_kernel_grad", "library", true, 4, 9, 0, 300'000, 12, 5}},
          20};
}

TEST(Profile, GathersWhatBelongsToAConvolution) {
  Model model(*fakeProgram().networks[0]);
  const std::vector<ProfileRow> rows = profileRows(model, handmade(), slow);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].path, "conv");
  EXPECT_EQ(rows[0].place, "fake.flex:3:1") << "of the layer";
  EXPECT_EQ(rows[0].kernel, "1x1");
  EXPECT_EQ(rows[0].algorithms, std::set<std::string>{"library"});
  EXPECT_EQ(rows[0].forward, 11);
  EXPECT_EQ(rows[0].backward, 5);
  EXPECT_EQ(rows[0].flops, 3'000'000);
  EXPECT_EQ(rows[0].bytes, 400'000);
  EXPECT_DOUBLE_EQ(rows[0].least, 1 + 2 + 3) << "arithmetic, arithmetic, traffic";
  EXPECT_EQ(rows[1].path, "head");
  EXPECT_EQ(rows[1].place, "net.flex:4:1");
  EXPECT_EQ(rows[1].kernel, "");
  EXPECT_TRUE(rows[1].algorithms.empty());
}

TEST(Profile, TakesMediansOfEachValue) {
  std::vector<TimedPass> passes(3, handmade());
  passes[0].values[1].ms = 100;
  passes[1].values[1].ms = 7;
  passes[2].ms = 10;
  passes[1].ms = 30;
  const TimedPass median = medianPass(passes);
  EXPECT_EQ(median.values[1].ms, 8);
  EXPECT_EQ(median.values[0].ms, 3);
  EXPECT_EQ(median.ms, 20);
}

TEST(Profile, TraceHasAnEventForEachValue) {
  const auto trace = traceJson(handmade(), "net.flex");
  std::vector<nlohmann::json> events;
  for (const auto &event : trace["traceEvents"])
    if (event["ph"] == "X")
      events.push_back(event);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[1]["name"], "conv correlate");
  EXPECT_EQ(events[1]["cat"], "forward");
  EXPECT_EQ(events[1]["ts"], 3000) << "microseconds";
  EXPECT_EQ(events[1]["dur"], 8000);
  EXPECT_EQ(events[1]["args"]["algorithm"], "library");
  EXPECT_EQ(events[3]["cat"], "backward");
  EXPECT_EQ(events[2]["args"]["place"], "net.flex:4:1");
  EXPECT_FALSE(events[2]["args"].contains("algorithm"));
}

TEST(Profile, TimesLieInsideTheWholeStep) {
  Model model(*fakeProgram().networks[0]);
  model.setDataSize({4, 5}, {4, 5});
  model.initialise();
  const std::vector<float> input(8 * 3 * 20, 0.5f), target(8, 1);
  const TimedPass pass = timePass(model, {input.data(), target.data(), 8, 0, 60, 1});
  ASSERT_EQ(pass.values.size(), 2u);
  EXPECT_EQ(pass.values[1].path, "head");
  EXPECT_EQ(pass.values[1].flops, 20);
  EXPECT_EQ(pass.values[1].points, 8 * fakeClasses);
  EXPECT_GE(pass.values[0].start, 0);
  EXPECT_GE(pass.values[1].start, pass.values[0].start + pass.values[0].ms);
  EXPECT_GE(pass.ms, pass.values[1].start + pass.values[1].ms);
}

TEST(Profile, RatesAreMeasuredForBothElementTypes) {
  for (const int32_t dtype : {FLEXRT_F32, FLEXRT_F64}) {
    const MachineRates rates = measureRates(dtype);
    for (const double rate : {rates.flops, rates.bytes, rates.cached}) {
      EXPECT_TRUE(std::isfinite(rate));
      EXPECT_GT(rate, 0);
    }
    EXPECT_GE(rates.near, 0);
  }
  EXPECT_DOUBLE_EQ(slow.least(1'000'000, 50'000), 1e-3);
  EXPECT_DOUBLE_EQ(slow.least(1'000'000, 200'000), 2e-3);
}

} // namespace
} // namespace flexrt::testing
