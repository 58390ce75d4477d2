// Model, step, evaluation and checkpoints on the fake network.
#include "DataTesting.h"
#include "FakeNetwork.h"

#include "flexrt/checkpoint/Checkpoint.h"
#include "flexrt/core/Pool.h"
#include "flexrt/train/Evaluation.h"
#include "flexrt/train/Step.h"

#include <cmath>

namespace flexrt::testing {
namespace {

/// A model at its start, with data to read.
struct Started {
  explicit Started(int32_t dtype = FLEXRT_F64)
      : program(fakeProgram(dtype)), config(*program.networks[0]), model(*program.networks[0]),
        data(fakeData(), config, model) {
    fakeFaults() = {};
    model.seed = 3;
    model.settings = config.settingValues(data.stepsPerEpoch());
    model.initialise();
    model.setDataSize(data.train->shape().size, data.train->shape().size);
  }

  StepResult step(int64_t now, StepOptions options = {}) {
    const std::vector<int64_t> order = epochOrder(data.split.train, 3, 0);
    const auto first = order.begin() + now * 16 % 160;
    BatchSource source(*data.train, model.dtype(), {first, first + 16}, 16, Augmentation{3, 0});
    return Stepper(model, options).run(source.next().value(), now);
  }

  std::vector<double> parameters() const {
    std::vector<double> values;
    for (int64_t i = 0; i < model.parameters.count(); ++i)
      values.push_back(model.parameters[i]);
    return values;
  }

  const flexrt_program &program;
  Config config;
  Model model;
  TrainingData data;
};

TEST(Batches, SplitAndOrderAreFunctionsOfTheSeed) {
  const SampleSplit split = splitSamples(100, 0.1, 5);
  EXPECT_EQ(split.heldOut.size(), 10u);
  EXPECT_EQ(split.train.size(), 90u);
  EXPECT_EQ(splitSamples(100, 0.1, 5).heldOut, split.heldOut);
  EXPECT_NE(splitSamples(100, 0.1, 6).heldOut, split.heldOut);
  EXPECT_TRUE(splitSamples(100, 0, 5).heldOut.empty());
  std::vector<int64_t> order = epochOrder(split.train, 5, 1);
  EXPECT_NE(order, epochOrder(split.train, 5, 2));
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, split.train);
}

TEST(Batches, DataOfAnotherShapeIsRefused) {
  const Started s;
  DatasetShape shape = s.data.train->shape();
  shape.channels = 1;
  expectError([&] { checkDataFits(s.model, shape, "training"); },
              {"channels of 1", "compiled for 3", "flexc compile -D"});
  shape = s.data.train->shape();
  shape.classes = 7;
  expectError([&] { checkDataFits(s.model, shape, "test"); }, {"classes of 7", "compiled for 4"});
}

TEST(Step, Learns) {
  Started s;
  const double before = s.step(0).scalars[0];
  for (int64_t now = 1; now < 60; ++now)
    s.step(now);
  const Scalars after = evaluateSamples(s.model, *s.data.train, s.data.split.heldOut, 7);
  EXPECT_LT(after[0], 0.7 * before);
  EXPECT_GT(after[1], 0.9);
}

TEST(Step, PartsOfABatchGiveTheWholeBatchsStep) {
  Started whole, parts;
  for (int64_t now = 0; now < 5; ++now) {
    const StepResult a = whole.step(now), b = parts.step(now, {3, 0});
    EXPECT_NEAR(a.scalars[0], b.scalars[0], 1e-12);
    EXPECT_NEAR(a.gradientNorm, b.gradientNorm, 1e-12);
  }
  const auto a = whole.parameters(), b = parts.parameters();
  for (size_t i = 0; i < a.size(); ++i)
    EXPECT_NEAR(a[i], b[i], 1e-12);
}

TEST(Step, ClipsTheNormOfTheWholeGradient) {
  Started s;
  const auto before = s.parameters();
  const StepResult result = s.step(0, {1, 1e-3});
  EXPECT_GT(result.gradientNorm, 1e-3); // the norm before clipping is reported
  double moved = 0;
  const auto after = s.parameters();
  for (size_t i = 0; i < after.size(); ++i)
    moved += (after[i] - before[i]) * (after[i] - before[i]);
  const double rate = 0.05 / (s.model.settings[3] + 1);
  EXPECT_NEAR(std::sqrt(moved), rate * 1e-3, 1e-9);
}

TEST(Step, ANanNamesTheFirstValueAndChangesNothing) {
  Started s;
  s.step(0);
  fakeFaults().nanAtStep = 1;
  const auto before = s.parameters();
  const double seen = s.model.states[0];
  try {
    s.step(1);
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ExitCode::notFinite);
    EXPECT_NE(std::string(error.what()).find("the loss is not finite in step 2, first in 'head'"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(s.parameters(), before);
  EXPECT_EQ(s.model.states[0], seen);
}

TEST(Step, NanInTheDataIsSaidToBeThere) {
  Started s;
  std::vector<double> input(3 * 20 * 2, 1.0), target = {0, 1};
  input[70] = NAN;
  Stepper stepper(s.model, {});
  expectError([&] { stepper.run({input.data(), target.data(), 2, 0, 60, 1}, 0); }, {"because the data holds a NaN"});
}

TEST(Step, ABrokenRequirementNamesTextPathPlaceAndValue) {
  Started s;
  fakeFaults().requireBelow = 1e-9;
  try {
    s.step(0);
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ExitCode::requirement);
    const std::string what = error.what();
    for (const char *part : {"after step 1", "'require w < bound'", "'head'", "fake.flex:6:5", "head.b ="})
      EXPECT_NE(what.find(part), std::string::npos) << what;
  }
}

TEST(Step, ThreadsDoNotChangeBits) {
  std::vector<std::vector<double>> results;
  for (const int count : {1, 2}) {
    setThreads(count);
    Started s(FLEXRT_F32);
    for (int64_t now = 0; now < 10; ++now)
      s.step(now);
    results.push_back(s.parameters());
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(Model, KernelSizesFollowTheParameters) {
  Started s;
  EXPECT_EQ(s.model.extents[1].size[0], 1);
  EXPECT_EQ(s.model.extents[1].grid[0], 5);
  EXPECT_EQ(s.model.extents[1].trained[0], 5);
  static_cast<double *>(s.model.parameters.data())[16] = 0.05;
  s.model.updateSizes();
  EXPECT_EQ(s.model.extents[1].size[0], 3);
  EXPECT_EQ(s.model.sampleKernel(0).size(), 3u * 4 * 9);
}

TEST(Checkpoint, RestoresEveryBit) {
  Started a, b;
  for (int64_t now = 0; now < 7; ++now)
    a.step(now);
  TrainState state;
  state.step = 7;
  state.epoch = 2;
  state.position = 16;
  state.sums = {1.0 / 3, 0.1};
  state.lastStep = {0.7};
  state.hasBest = true;
  state.bestEpoch = 1;
  state.bestValue = 1.0 / 7;
  state.logBytes = 12;
  state.seconds = 1.1;
  const Origin origin = Origin::of(a.program, a.model.network);
  EXPECT_EQ(loadCheckpoint(b.model, makeCheckpoint(a.model, state, origin), origin, "x"), state);
  for (int64_t now = 7; now < 12; ++now) {
    a.step(now);
    b.step(now);
  }
  EXPECT_EQ(a.parameters(), b.parameters());
  EXPECT_EQ(a.model.states[0], b.model.states[0]);
}

TEST(Checkpoint, OfAnotherNetworkIsRefusedWithWhatDiffers) {
  Started s;
  const Origin origin = Origin::of(s.program, s.model.network);
  TensorFile file = makeCheckpoint(s.model, {}, origin);
  file.tensors["head.w"].shape = {3, 4};
  file.tensors["tail.w"] = file.tensors["head.b"];
  file.tensors.erase("head.b");
  const auto before = s.parameters();
  expectError([&] { loadParameters(s.model, file, "x.safetensors"); },
              {"x.safetensors", "'head.w' has shape [3, 4], the network's has [4, 3]", "'head.b' is missing",
               "'tail.w' is not in the network"});
  EXPECT_EQ(s.parameters(), before);
}

TEST(Checkpoint, OnlyTheSameProgramGoesOn) {
  Started s;
  Origin origin = Origin::of(s.program, s.model.network);
  const TensorFile file = makeCheckpoint(s.model, {}, origin);
  origin.sourceHash = "other";
  expectError([&] { loadCheckpoint(s.model, file, origin, "x"); },
              {"another program", "source_hash is '0123abcd'", "train --from"});
  Started single(FLEXRT_F32);
  expectError([&] { loadCheckpoint(single.model, file, Origin::of(s.program, s.model.network), "x"); },
              {"dtype is 'f64'", "'f32'"});
  EXPECT_NO_THROW(loadParameters(single.model, file, "x")) << "values may be read in another precision";
}

TEST(Checkpoint, ParametersAloneCannotBeResumed) {
  Started s;
  TensorFile file = makeCheckpoint(s.model, {}, Origin::of(s.program, s.model.network));
  std::erase_if(file.tensors, [](const auto &entry) { return entry.first.find('/') != std::string::npos; });
  expectError([&] { loadCheckpoint(s.model, file, Origin::of(s.program, s.model.network), "x"); },
              {"cannot be resumed", "'optimizer/m/head.w' is missing"});
}

} // namespace
} // namespace flexrt::testing
