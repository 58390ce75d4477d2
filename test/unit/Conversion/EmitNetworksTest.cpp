// Entry points, run: layouts, the arena, how arguments and results meet flexrt_run and flexrt_update, the descriptor.
#include "CompiledProgram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace flex::test;

static std::vector<float> counting(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = float(int(i * 37 % 101)) - 50;
  return values;
}

//===- Layouts -----------------------------------------------------------------------------------------------------===//

/// plain -> lanes -> channels_last -> lanes -> plain, and a convolution with one tap on the way.
static const char *kLayouts = R"(module attributes {flex.experiment = "t"} {
  flex.space @image {rank = 2 : i64}
  flex.space @taps {rank = 2 : i64, taps}
  flex.parameter @k : !flex.field<1x5xf32> {authors = "", tags = []}
  flex.network "forward" @forward(%x: !flex.field<5xf32, samples, @image, plain> {flex.bind = "input"},
                                  %k: !flex.field<1x5xf32, @taps> {flex.bind = "parameter:k"})
      -> (!flex.field<5xf32, samples, @image, plain> {flex.out = "output"}) {
    %0 = flex.relayout %x : !flex.field<5xf32, samples, @image, plain> -> !flex.field<5xf32, samples, @image>
    %1 = flex.relayout %0 : !flex.field<5xf32, samples, @image> -> !flex.field<5xf32, samples, @image, channels_last>
    %y = flex.correlate %0, %k : (!flex.field<5xf32, samples, @image>, !flex.field<1x5xf32, @taps>)
      -> !flex.field<1xf32, samples, @image>
    %2 = flex.relayout %1 : !flex.field<5xf32, samples, @image, channels_last> -> !flex.field<5xf32, samples, @image>
    %3 = flex.relayout %2 : !flex.field<5xf32, samples, @image> -> !flex.field<5xf32, samples, @image, plain>
    flex.yield %3 : !flex.field<5xf32, samples, @image, plain>
  } })";

TEST(Relayout, KeepsEveryElementForOddShapes) {
  CompiledProgram program(kLayouts, /*emissionOnly=*/true);
  ASSERT_EQ(program.errors, "");
  for (auto [samples, height, width] : std::vector<std::array<int64_t, 3>>{
           {1, 1, 1}, {3, 7, 5}, {16, 4, 4}, {17, 1, 33}, {64, 16, 16}, {33, 9, 2}}) {
    Execution run(program.network());
    run.resize(0, height, width);
    run.run.samples = samples;
    int64_t points = height * width;
    run.input = counting(samples * 5 * points);
    run.output.assign(run.input.size(), 0);
    ASSERT_EQ(run.call(program.network().forward), 0);
    EXPECT_EQ(run.output, run.input);
  }
}

/// The runtime's library wants channels last.
TEST(Correlation, ThroughTheLibraryGetsShapesAndStrides) {
  CompiledProgram program(kLayouts, /*emissionOnly=*/true);
  Execution run(program.network());
  constexpr int64_t kRows = 120, kColumns = 3, kPoints = kRows * kColumns;
  run.resize(0, kRows, kColumns);
  run.resize(1, 1, 1);
  run.run.samples = 3;
  run.input = counting(3 * 5 * kPoints);
  run.output = run.input;
  run.algorithms = {FLEXRT_LIBRARY};
  calls.correlations.clear();
  ASSERT_EQ(run.call(program.network().forward), 0);
  ASSERT_EQ(calls.correlations.size(), 1u);
  for (int64_t n = 0; n < 3; ++n)
    for (int64_t c = 0; c < 5; ++c)
      for (int64_t p = 0; p < kPoints; ++p)
        ASSERT_EQ(calls.correlationInput[(n * kPoints + p) * 5 + c], run.input[(n * 5 + c) * kPoints + p]);
  const flexrt_correlation &c = calls.correlations[0];
  EXPECT_EQ(c.dtype, FLEXRT_F32);
  EXPECT_EQ(c.rank, 2);
  EXPECT_EQ(c.samples, 3);
  EXPECT_EQ(c.in, 5);
  EXPECT_EQ(c.out, 1);
  EXPECT_EQ(c.size[0], kRows);
  EXPECT_EQ(c.size[1], kColumns);
  EXPECT_EQ(c.taps[0], 1);
  EXPECT_EQ(c.tap_stride, 32);
  run.algorithms = {FLEXRT_DIRECT};
  ASSERT_EQ(run.call(program.network().forward), 0);
  EXPECT_EQ(calls.correlations.size(), 1u);
}

/// y, both gradients, or one: what each algorithm takes, and that it can be tried.
TEST(Correlation, IsEstimatedAndTriedByEveryAlgorithm) {
  CompiledProgram program(kLayouts, /*emissionOnly=*/true);
  ASSERT_EQ(program.errors, "");
  const flexrt_network &network = program.network();
  ASSERT_EQ(network.convolution_count, 1);
  const flexrt_convolution &convolution = network.convolutions[0];
  EXPECT_EQ(convolution.in, 5);
  EXPECT_EQ(convolution.out, 1);
  EXPECT_EQ(convolution.wanted, FLEXRT_OUTPUT);
  EXPECT_EQ(convolution.causal, 0);
  EXPECT_STREQ(network.spaces[convolution.data].name, "image");
  Execution run(network);
  run.resize(0, 32, 32);
  run.resize(1, 3, 3);
  run.run.samples = 17;
  run.run.extents = run.extents.data(), run.run.algorithms = run.algorithms.data();
  flexrt_estimate estimates[FLEXRT_ALGORITHM_COUNT] = {};
  network.estimate(&run.run, 0, estimates);
  for (int32_t algorithm = 0; algorithm < FLEXRT_ALGORITHM_COUNT; ++algorithm) {
    const flexrt_estimate &estimate = estimates[algorithm];
    if (algorithm == FLEXRT_BASIS) {
      EXPECT_EQ(estimate.possible, 0) << "taps are given";
      continue;
    }
    EXPECT_EQ(estimate.possible, 1) << algorithm;
    EXPECT_GT(estimate.multiply_adds, 17 * 1024 * 5) << algorithm;
    EXPECT_GT(estimate.bytes, 17 * 1024 * 6 * sizeof(float)) << algorithm;
    run.algorithms = {algorithm};
    std::vector<float> memory(estimate.trial_bytes / sizeof(float) + 16 + 64, 7);
    auto start = (reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64;
    run.run.arena = reinterpret_cast<void *>(start);
    auto *end = reinterpret_cast<float *>(start + estimate.trial_bytes);
    EXPECT_EQ(network.trial(&run.run, 0), 0) << algorithm;
    EXPECT_TRUE(std::all_of(end, memory.data() + memory.size(), [](float x) { return x == 7; })) << algorithm;
  }
  run.resize(0, 300, 3);
  network.estimate(&run.run, 0, estimates);
  EXPECT_EQ(estimates[FLEXRT_SPECTRAL].possible, 0) << "no transform is long enough";
  EXPECT_EQ(estimates[FLEXRT_DIRECT].possible, 1);
}

/// A convolution of a rectified input, which is a source; and, as its sum is wanted too, one that it shares.
static std::string rectified() {
  auto network = [](const std::string &role, const std::string &results, const std::string &sum, const std::string &yield) {
    return "flex.network \"" + role + "\" @" + role + R"((%x: !flex.field<5xf32, samples, @image, plain> {flex.bind = "input"},
      %w: !flex.field<3x5xf32> {flex.bind = "parameter:w"}) -> (!flex.field<3xf32, samples, @image, plain> {flex.out = "output"})" +
           results + R"() {
    %p = flex.positions @taps : !flex.field<2xf32, @taps>
    %s = flex.sum %p {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
    %k = flex.add %w, %s : !flex.field<3x5xf32>, !flex.field<f32, @taps>
    %0 = flex.relayout %x : !flex.field<5xf32, samples, @image, plain> -> !flex.field<5xf32, samples, @image>
    %z = flex.constant [0.0] : !flex.field<f32>
    %1 = flex.max %0, %z : !flex.field<5xf32, samples, @image>, !flex.field<f32>
    %2 = flex.correlate %1, %k : (!flex.field<5xf32, samples, @image>, !flex.field<3x5xf32, @taps>) -> !flex.field<3xf32, samples, @image>
    %y = flex.relayout %2 : !flex.field<3xf32, samples, @image> -> !flex.field<3xf32, samples, @image, plain>
)" + sum + "flex.yield %y" + yield + "}\n";
  };
  return R"(module attributes {flex.experiment = "t"} {
  flex.space @image {rank = 2 : i64}
  flex.space @taps {rank = 2 : i64, taps}
  flex.parameter @w : !flex.field<3x5xf32> {authors = "", tags = []}
)" + network("loss_and_grad", "", "", " : !flex.field<3xf32, samples, @image, plain>") +
         network("forward", ", !flex.field<f32> {flex.out = \"metric\"}",
                 "%m = flex.sum %1 {axes = array<i64: 0>, samples, space} : !flex.field<5xf32, samples, @image> -> !flex.field<f32>\n",
                 ", %m : !flex.field<3xf32, samples, @image, plain>, !flex.field<f32>") +
         "}";
}

/// The same bits as from memory. Stored, it takes the place of its operand; the algorithms that have it computed first need
/// memory for it.
TEST(Correlation, OfASourceIsTheSameWithEveryAlgorithm) {
  CompiledProgram program(rectified());
  ASSERT_EQ(program.errors, "");
  const flexrt_network &network = program.network();
  constexpr int64_t kPoints = 12 * 9, kSamples = 21;
  Execution run(network);
  run.resize(0, 12, 9);
  run.resize(1, 5, 3);
  run.run.samples = kSamples;
  run.input = counting(kSamples * 5 * kPoints);
  run.set("w", counting(15));
  auto outputOf = [&](flexrt_entry entry, bool training) {
    run.output.assign(kSamples * 3 * kPoints, 0);
    EXPECT_EQ(run.call(entry, training), 0);
    return run.output;
  };
  const int64_t field = 5 * kPoints * kSamples * int64_t(sizeof(float));
  for (int32_t algorithm : {FLEXRT_DIRECT, FLEXRT_SPECTRAL, FLEXRT_LIBRARY}) {
    run.algorithms = {algorithm};
    std::vector<float> stored = outputOf(network.forward, false);
    std::vector<float> libraryInput = calls.correlationInput;
    EXPECT_EQ(outputOf(network.loss_and_grad, true), stored) << algorithm;
    EXPECT_EQ(calls.correlationInput, libraryInput) << algorithm;
    int64_t saved = network.workspace(&run.run, false) - network.workspace(&run.run, true);
    if (algorithm == FLEXRT_SPECTRAL)
      EXPECT_GE(saved, 0);
    else
      EXPECT_LE(saved, -field) << algorithm;
  }
}

//===- Regions -----------------------------------------------------------------------------------------------------===//

static const char *kLinear = R"(module attributes {flex.experiment = "t", flex.groups = [
    {name = "default", parameters = [@w, @b], moments = ["m"]}, {name = "late", parameters = [@unused], moments = []}]} {
  flex.space @image {rank = 2 : i64}
  flex.space @elements.default {rank = 1 : i64, elements}
  flex.space @elements.late {rank = 1 : i64, elements}
  flex.parameter @w : !flex.field<2x3xf32> {authors = "weight", tags = []} loc("net.flex":3:9)
  flex.parameter @b : !flex.field<2xf32> {authors = "", tags = []}
  flex.parameter @unused : !flex.field<7xf32> {authors = "", tags = ["late"]}
  flex.state @seen : !flex.field<f32> {authors = ""}
  flex.state @kept : !flex.field<2xf32> {authors = ""}
  flex.setting @lr {value = 0.5 : f64, unit = "real"}
  flex.network "loss_and_grad" @loss_and_grad(
      %x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
      %w: !flex.field<2x3xf32> {flex.bind = "parameter:w"}, %b: !flex.field<2xf32> {flex.bind = "parameter:b"},
      %seen: !flex.field<f32> {flex.bind = "state:seen"}, %now: !flex.field<f32> {flex.bind = "now"})
      -> (!flex.field<2xf32, samples, @image> {flex.out = "output"}, !flex.field<f32> {flex.out = "loss"},
          !flex.field<2xf32> {flex.out = "gradient:b"}, !flex.field<f32> {flex.out = "state:seen"}) {
    %y = flex.linear %w, %x bias %b : (!flex.field<2x3xf32>, !flex.field<3xf32, samples, @image>, !flex.field<2xf32>)
      -> !flex.field<2xf32, samples, @image>
    %s = flex.sum %y {axes = array<i64: 0>, samples, space} : !flex.field<2xf32, samples, @image> -> !flex.field<f32>
    %n = flex.count {samples, space = @image} : !flex.field<f32>
    %l = flex.div %s, %n : !flex.field<f32>, !flex.field<f32>
    %g = flex.sum %y {axes = array<i64>, samples, space} : !flex.field<2xf32, samples, @image> -> !flex.field<2xf32>
    %later = flex.add %seen, %now : !flex.field<f32>, !flex.field<f32>
    flex.yield %y, %l, %g, %later : !flex.field<2xf32, samples, @image>, !flex.field<f32>, !flex.field<2xf32>, !flex.field<f32>
  }
  flex.network "update" @update.default(
      %w: !flex.field<f32, @elements.default> {flex.bind = "weight"},
      %g: !flex.field<f32, @elements.default> {flex.bind = "gradient"},
      %m: !flex.field<f32, @elements.default> {flex.bind = "moment:m"},
      %lr: !flex.field<f32> {flex.bind = "setting:lr"})
      -> (!flex.field<f32, @elements.default> {flex.out = "weight"},
          !flex.field<f32, @elements.default> {flex.out = "moment:m"}) {
    %m1 = flex.add %m, %g : !flex.field<f32, @elements.default>, !flex.field<f32, @elements.default>
    %d = flex.mul %m1, %lr : !flex.field<f32, @elements.default>, !flex.field<f32>
    %w1 = flex.sub %w, %d : !flex.field<f32, @elements.default>, !flex.field<f32, @elements.default>
    flex.yield %w1, %m1 : !flex.field<f32, @elements.default>, !flex.field<f32, @elements.default>
  } })";

TEST(Regions, ComputeThroughTheArena) {
  CompiledProgram program(kLinear);
  ASSERT_EQ(program.errors, "");
  for (auto [samples, height, width] :
       std::vector<std::array<int64_t, 3>>{{1, 1, 1}, {5, 3, 7}, {64, 8, 8}, {20, 1, 40}}) {
    Execution run(program.network());
    run.resize(0, height, width);
    run.run.samples = samples;
    run.run.now = 4;
    run.states = std::vector<float>(run.states.size(), 2);
    int64_t points = height * width;
    run.input = counting(samples * 3 * points);
    run.output.assign(samples * 2 * points, 0);
    std::vector<float> w{1, -2, 3, .5, .25, -1}, b{10, 20};
    run.set("w", w);
    run.set("b", b);
    ASSERT_EQ(run.call(program.network().loss_and_grad, true), 0);
    double sums[2] = {0, 0};
    for (int64_t n = 0; n < samples; ++n)
      for (int64_t o = 0; o < 2; ++o)
        for (int64_t p = 0; p < points; ++p) {
          float y = b[o];
          for (int64_t c = 0; c < 3; ++c)
            y += w[o * 3 + c] * run.input[(n * 3 + c) * points + p];
          ASSERT_NEAR(run.output[(n * 2 + o) * points + p], y, 1e-4);
          sums[o] += y;
        }
    double total = sums[0] + sums[1];
    EXPECT_NEAR(run.scalars[0], total / (samples * points), 1e-4 * std::abs(total) / (samples * points) + 1e-3);
    EXPECT_NEAR(run.gradient("b")[0], sums[0], 1e-4 * std::abs(sums[0]) + 1e-2);
    EXPECT_EQ(run.gradient("w"), std::vector<float>(6, 0)) << "no result: zero";
    EXPECT_EQ(run.nextStates[0], 6);
    EXPECT_EQ(run.nextStates[program.network().states[1].offset], 2) << "a state without a result stays";
  }
}

TEST(Regions, UpdatesRunInPlaceOverAGroup) {
  CompiledProgram program(kLinear);
  ASSERT_EQ(program.errors, "");
  const flexrt_network &network = program.network();
  const flexrt_group &group = network.groups[0];
  std::vector<float> weights(network.parameter_elements, 1), gradients(group.count, 2), m(group.count, 4);
  void *moments[] = {m.data()};
  double settings[] = {0.5};
  std::vector<flexrt_extent> extents(network.space_count, flexrt_extent{{1, 1}, {1, 1}, {0, 0}, {1, 1}});
  extents[group.space].size[0] = group.count;
  flexrt_update update{weights.data() + group.offset, gradients.data(), moments, settings, extents.data(), 0};
  ASSERT_EQ(network.updates[0](&update), 0);
  EXPECT_EQ(m, std::vector<float>(group.count, 6));
  for (int64_t i = 0; i < network.parameter_elements; ++i)
    EXPECT_EQ(weights[i], i < group.count ? -2 : 1) << i;
  EXPECT_EQ(network.updates[1], nullptr);
}

TEST(Regions, AreObserved) {
  CompiledProgram program(kLinear);
  Execution run(program.network());
  run.resize(0, 3, 5);
  run.run.samples = 6;
  run.input = counting(6 * 3 * 15);
  run.output.assign(6 * 2 * 15, 0);
  std::vector<flexrt_observation> seen;
  run.run.observer = &seen;
  run.run.observe = [](void *observer, const flexrt_observation *value) {
    EXPECT_STREQ(value->path, "loss_and_grad") << "the function's name where a location has none";
    EXPECT_EQ(value->channels == 0, value->operation == std::string("relayout"));
    EXPECT_STREQ(value->algorithm, "") << "no convolution: no choice";
    static_cast<std::vector<flexrt_observation> *>(observer)->push_back(*value);
  };
  run.call(program.network().loss_and_grad, true);
  auto field = std::find_if(seen.begin(), seen.end(), [](const flexrt_observation &s) { return s.channels && s.rows == 15; });
  ASSERT_NE(field, seen.end());
  EXPECT_EQ(field->channels, 2);
  EXPECT_EQ(field->stride % program.network().lanes, 0);
  EXPECT_EQ(field->valid, 6);
  EXPECT_STREQ(field->operation, "points");
  EXPECT_EQ(field->backward, 0) << "the output depends on it";
  EXPECT_GE(field->flops, 6 * 15 * 2 * 2 * 3) << "the linear map at every point of every sample";
  EXPECT_GE(field->bytes, 4 * 6 * 15 * (3 + 2)) << "its input and its result";
  EXPECT_LE(field->bytes, 4 * run.run.samples * 15 * (3 + 2) * program.network().lanes);
}

TEST(Regions, AreToldFromThoseThatServeGradientsAlone) {
  CompiledProgram program(R"(module attributes {flex.experiment = "t"} {
    flex.space @image {rank = 2 : i64}
    flex.parameter @w : !flex.field<2x3xf32> {authors = "", tags = []}
    flex.network "loss_and_grad" @loss_and_grad(
        %x: !flex.field<3xf32, samples, @image> {flex.bind = "input"}, %w: !flex.field<2x3xf32> {flex.bind = "parameter:w"})
        -> (!flex.field<f32> {flex.out = "loss"}, !flex.field<2x3xf32> {flex.out = "gradient:w"}) {
      %s = flex.sum %x {axes = array<i64: 0>, samples, space} : !flex.field<3xf32, samples, @image> -> !flex.field<f32>
      %g = flex.mul %w, %w : !flex.field<2x3xf32>, !flex.field<2x3xf32>
      flex.yield %s, %g : !flex.field<f32>, !flex.field<2x3xf32>
    } })");
  ASSERT_EQ(program.errors, "");
  Execution run(program.network());
  run.resize(0, 2, 2);
  run.run.samples = 3;
  run.input = counting(3 * 3 * 4);
  std::vector<std::pair<int64_t, int64_t>> seen; // channels, backward
  run.run.observer = &seen;
  run.run.observe = [](void *observer, const flexrt_observation *value) {
    if (value->channels > 0)
      static_cast<std::vector<std::pair<int64_t, int64_t>> *>(observer)->push_back({value->channels, value->backward});
  };
  ASSERT_EQ(run.call(program.network().loss_and_grad, true), 0);
  EXPECT_NE(std::find(seen.begin(), seen.end(), std::pair<int64_t, int64_t>(1, 0)), seen.end());
  EXPECT_NE(std::find(seen.begin(), seen.end(), std::pair<int64_t, int64_t>(6, 1)), seen.end());
}

TEST(SampleKernel, WritesTheTapsOfOneLayerDense) {
  CompiledProgram program(R"(module attributes {flex.experiment = "t", flex.layers = [
      {path = "a", place = "", taps = @small, data = @image, in = 2, out = 1},
      {path = "b", place = "", taps = @taps, data = @image, in = 2, out = 1}]} {
    flex.space @image {rank = 2 : i64}
    flex.space @small {rank = 2 : i64, taps}
    flex.space @taps {rank = 2 : i64, taps}
    flex.network "sample_kernel" @sample_kernel.1() -> (!flex.field<1x2xf32, @taps> {flex.out = "output"}) {
      %0 = flex.positions @taps : !flex.field<2xf32, @taps>
      %1 = flex.reshape %0 : !flex.field<2xf32, @taps> -> !flex.field<1x2xf32, @taps>
      flex.yield %1 : !flex.field<1x2xf32, @taps>
    } })");
  ASSERT_EQ(program.errors, "");
  Execution run(program.network());
  run.resize(2, 5, 9);
  run.output.assign(2 * 45, 7);
  run.run.samples = 1;
  ASSERT_EQ(run.call(program.network().sample_kernel), 0);
  EXPECT_EQ(run.run.message, nullptr);
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t j = 0; j < 9; ++j) {
      EXPECT_FLOAT_EQ(run.output[i * 9 + j], -1 + i * .5f);
      EXPECT_FLOAT_EQ(run.output[45 + i * 9 + j], -1 + j * .25f);
    }
  run.run.samples = 0;
  EXPECT_NE(run.call(program.network().sample_kernel), 0);
  EXPECT_STREQ(run.run.message, "there is no layer of that number");
}

//===- Descriptor --------------------------------------------------------------------------------------------------===//

TEST(Descriptor, DescribesTheModule) {
  CompiledProgram program(kLinear);
  ASSERT_EQ(program.errors, "");
  EXPECT_EQ(program.program->magic, FLEXRT_ABI_MAGIC);
  EXPECT_EQ(program.program->version, FLEXRT_ABI_VERSION);
  EXPECT_STREQ(program.program->source, "net.flex");
  const flexrt_network &network = program.network();
  EXPECT_STREQ(network.name, "t");
  ASSERT_EQ(network.parameter_count, 3);
  EXPECT_STREQ(network.parameters[0].authors, "weight");
  EXPECT_STREQ(network.parameters[0].place, "net.flex:3:9");
  EXPECT_EQ(network.parameters[0].axes, 2);
  EXPECT_EQ(network.parameters[0].shape[1], 3);
  EXPECT_EQ(network.parameters[0].count, 6);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(network.parameters[i].offset * sizeof(float) % FLEXRT_ALIGNMENT, 0u);
  EXPECT_EQ(network.parameters[2].group, 1);
  EXPECT_EQ(network.parameters[2].offset, network.groups[1].offset);
  EXPECT_EQ(network.groups[0].offset + network.groups[0].count, network.groups[1].offset);
  EXPECT_STREQ(network.groups[0].moments[0], "m");
  EXPECT_EQ(network.groups[1].space, 2);
  EXPECT_STREQ(network.settings[0].name, "lr");
  EXPECT_EQ(network.settings[0].value, 0.5);
  ASSERT_EQ(network.scalar_count, 1);
  EXPECT_STREQ(network.scalar_names[0], "loss");
  EXPECT_EQ(network.forward, nullptr);
  EXPECT_EQ(network.sizes, nullptr);
  EXPECT_NE(network.workspace, nullptr);
  EXPECT_NE(std::string(program.program->features), "");
}

TEST(Descriptor, RefusesAParameterWithoutAGroup) {
  CompiledProgram program(R"(module attributes {flex.experiment = "t", flex.groups = [
      {name = "default", parameters = [], moments = []}]} {
    flex.space @elements.default {rank = 1 : i64, elements}
    flex.parameter @w : !flex.field<f32> {authors = "", tags = []}
  })");
  EXPECT_NE(program.errors.find("parameter 'w' is in no group"), std::string::npos) << program.errors;
}

//===- The start ---------------------------------------------------------------------------------------------------===//

TEST(Initialise, DrawsIntoTheParameters) {
  CompiledProgram program(R"(module attributes {flex.experiment = "t"} {
    flex.parameter @big : !flex.field<100x200xf32> {authors = "", tags = []}
    flex.parameter @one : !flex.field<3xf32> {authors = "", tags = []}
    flex.state @variance : !flex.field<3xf32> {authors = ""}
    flex.network "initialise" @initialise(%key: !flex.key {flex.bind = "key"})
        -> (!flex.field<100x200xf32> {flex.out = "parameter:big"}, !flex.field<3xf32> {flex.out = "parameter:one"},
            !flex.field<3xf32> {flex.out = "state:variance"}) {
      %a = flex.constant [-1.0] : !flex.field<f32>
      %b = flex.constant [1.0] : !flex.field<f32>
      %two = flex.constant [2.0] : !flex.field<f32>
      %0 = flex.draw %key, uniform(%a, %b) {stream = "big"}
        : (!flex.key, !flex.field<f32>, !flex.field<f32>) -> !flex.field<100x200xf32>
      %1 = flex.mul %0, %two : !flex.field<100x200xf32>, !flex.field<f32>
      %c = flex.constant [1.0, 2.0, 3.0] : !flex.field<3xf32>
      %v = flex.constant [1.0, 1.0, 1.0] : !flex.field<3xf32>
      flex.yield %1, %c, %v : !flex.field<100x200xf32>, !flex.field<3xf32>, !flex.field<3xf32>
    } })");
  ASSERT_EQ(program.errors, "");
  const flexrt_network &network = program.network();
  Execution run(network);
  ASSERT_EQ(run.call(network.initialise), 0);
  EXPECT_EQ(calls.streams, std::vector<std::string>{"big"});
  EXPECT_FLOAT_EQ(run.parameters[0], -2);
  EXPECT_FLOAT_EQ(run.parameters[10000], 0);
  EXPECT_EQ(run.parameters[network.parameters[1].offset + 2], 3);
  EXPECT_EQ(run.states[1], 1);
}
