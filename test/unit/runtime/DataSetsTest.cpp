// Built-in data sets, augmentation, sequences made of images, and how a data clause is read.
#include "DataTesting.h"

#include <cmath>
#include <map>
#include <numeric>

namespace flexrt::testing {
namespace {

TEST(Registry, SuggestsNamesAndArguments) {
  expectError([] { make("mnits"); }, {"there is no data set 'mnits'", "did you mean 'mnist'", "copy_memory"});
  expectError([] { make("{name: adding, step: 10}"); }, {"no argument 'step'", "did you mean 'steps'", "steps, train, test"});
  expectError([] { make("{name: adding, args: [10, 20, 30, 40]}"); }, {"takes 3 arguments, not 4"});
  expectError([] { make("{name: adding, args: [10], steps: 10}"); }, {"'steps'", "twice"});
  expectError([] { make("{name: adding, steps: many}"); }, {"'steps'", "an integer", "'many'"});
  expectError([] { make("{name: adding, steps: 1}"); }, {"from 2", "'1'"});
  expectError([] { make("[adding]"); }, {"by its name"});
  expectError([] { make("{steps: 3}"); }, {"'name'"});
}

TEST(Registry, TakesArgumentsByPositionAndByName) {
  EXPECT_EQ(make("{name: adding, args: [17], train: 5}")->shape().size[0], 17);
  EXPECT_EQ(make("{name: adding, args: [17], train: 5}")->shape().samples, 5);
  EXPECT_EQ(make("{name: adding, steps: 17, test: 3}", "", Split::test)->shape().samples, 3);
}

TEST(Adding, TargetIsTheSumOfTheTwoMarked) {
  const auto set = make("{name: adding, steps: 30}");
  const Samples samples = readSamples(*set, {0, 7, 49999});
  for (int n = 0; n < 3; ++n) {
    const float *value = &samples.inputs[n * 60], *mark = value + 30;
    double sum = 0, marks = 0;
    for (int t = 0; t < 30; ++t) {
      EXPECT_TRUE(value[t] >= 0 && value[t] < 1);
      EXPECT_TRUE(mark[t] == 0 || mark[t] == 1);
      sum += value[t] * mark[t];
      marks += mark[t];
    }
    EXPECT_EQ(marks, 2);
    EXPECT_FLOAT_EQ(samples.targets[n], sum);
  }
}

TEST(CopyMemory, HasTheSymbolsAtBothEnds) {
  const auto set = make("{name: copy_memory, steps: 5}");
  EXPECT_EQ(set->shape().size[0], 25);
  EXPECT_EQ(set->shape().targets, 25);
  EXPECT_EQ(set->shape().classes, 10);
  const Samples samples = readSamples(*set, {3});
  for (int t = 0; t < 25; ++t) {
    EXPECT_EQ(samples.targets[t], t < 15 ? 0 : samples.inputs[t - 15]);
    if (t < 10) {
      EXPECT_TRUE(samples.inputs[t] >= 1 && samples.inputs[t] <= 8);
    } else {
      EXPECT_EQ(samples.inputs[t], t < 14 ? 0 : 9);
    }
  }
}

TEST(Synthetic, SamplesDependOnSeedPartAndIndexOnly) {
  for (const std::string clause : {"{name: adding, steps: 8}", "{name: copy_memory, steps: 3}",
                                   "{name: shapes, train: 40, test: 40}"}) {
    const auto set = make(clause), again = make(clause), seeded = make(clause, "", Split::train, 2);
    const auto other = make(clause, "", Split::test);
    const Samples both = readSamples(*set, {5, 9}), one = readSamples(*again, {9});
    EXPECT_TRUE(std::equal(one.inputs.begin(), one.inputs.end(), both.inputs.begin() + one.inputs.size())) << clause;
    EXPECT_NE(one.inputs, readSamples(*seeded, {9}).inputs) << clause;
    EXPECT_NE(one.inputs, readSamples(*other, {9}).inputs) << clause;
  }
}

TEST(Shapes, HasTenClassesEquallyOften) {
  const auto set = make("{name: shapes, train: 200}");
  EXPECT_EQ(set->shape().inputElements(), 3 * 32 * 32);
  EXPECT_EQ(make("shapes", "", Split::test)->shape().samples, 2000);
  std::vector<int64_t> all(200);
  std::iota(all.begin(), all.end(), 0);
  std::map<float, int> count;
  for (const float target : readSamples(*set, all).targets)
    ++count[target];
  EXPECT_EQ(count.size(), 10u);
  for (const auto &[target, times] : count)
    EXPECT_EQ(times, 20) << target;
}

TEST(Shapes, EveryFigureCanBeSeen) {
  // Without noise, enough pixels of each image differ clearly from its corner, in figure and ground.
  const auto set = make("{name: shapes, train: 100, noise: 0}");
  const Samples samples = readSamples(*set, [] {
    std::vector<int64_t> all(100);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }());
  for (int n = 0; n < 100; ++n) {
    const float *image = &samples.inputs[n * 3072];
    int differing = 0;
    for (int p = 0; p < 1024; ++p) {
      double difference = 0;
      for (int c = 0; c < 3; ++c)
        difference += std::abs(image[c * 1024 + p] - image[c * 1024]) * 0.25;
      differing += difference > 0.4;
    }
    EXPECT_GT(differing, 25) << "image " << n << " of class " << samples.targets[n];
  }
}

/// One image of 1x4x4 with pixels 1 to 16, not normalised.
struct Ramp {
  Folder folder;
  std::unique_ptr<Dataset> set;

  explicit Ramp(const std::string &augment) {
    std::vector<float> pixels(16);
    std::iota(pixels.begin(), pixels.end(), 1.0f);
    folder.write("x.npy", npyFile("<f4", "(1, 1, 4, 4)", rawBytes(pixels)));
    folder.write("y.npy", npyFile("|u1", "(1,)", std::string(1, '\0')));
    set = make("{name: npy, x: x.npy, y: y.npy, mean: 0, std: 1, augment: " + augment + "}", folder.path());
  }
};

TEST(Augment, FlipMirrorsHalfOfTheTime) {
  const Ramp ramp("[{name: hflip}]");
  int flips = 0;
  for (uint32_t epoch = 0; epoch < 200; ++epoch) {
    const auto image = readSamples(*ramp.set, {0}, Augmentation{3, epoch}).inputs;
    EXPECT_TRUE(image[0] == 1 || image[0] == 4);
    EXPECT_EQ(image[0] + image[3], 5);
    flips += image[0] == 4;
  }
  EXPECT_GT(flips, 70);
  EXPECT_LT(flips, 130);
}

TEST(Augment, PadCropShiftsAndFillsWithBlack) {
  const Ramp ramp("[{name: pad_crop, args: [1]}]");
  std::map<std::pair<int, int>, int> shifts;
  for (uint32_t epoch = 0; epoch < 200; ++epoch) {
    const auto image = readSamples(*ramp.set, {0}, Augmentation{3, epoch}).inputs;
    const int middle = int(image[5]) - 1, dy = middle / 4 - 1, dx = middle % 4 - 1; // row 1, column 1
    ++shifts[{dy, dx}];
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 4; ++x) {
        const int row = y + dy, column = x + dx;
        const bool inside = row >= 0 && row < 4 && column >= 0 && column < 4;
        EXPECT_EQ(image[y * 4 + x], inside ? row * 4 + column + 1 : 0);
      }
  }
  EXPECT_EQ(shifts.size(), 9u);
}

TEST(Augment, IsAFunctionOfSeedEpochAndSample) {
  const auto set = make("{name: shapes, train: 20, augment: [pad_crop, hflip]}");
  const auto inputs = [&](uint64_t seed, uint32_t epoch) {
    return readSamples(*set, {4, 5, 6}, Augmentation{seed, epoch}).inputs;
  };
  EXPECT_EQ(inputs(1, 2), inputs(1, 2));
  EXPECT_NE(inputs(1, 2), inputs(1, 3));
  EXPECT_NE(inputs(1, 2), inputs(2, 2));
  const auto alone = readSamples(*set, {5}, Augmentation{1, 2}).inputs, three = inputs(1, 2);
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), three.begin() + 3072));
}

TEST(Augment, RefusesWhatItDoesNotKnow) {
  const auto refused = [](const std::string &augment, const std::vector<std::string> &says) {
    expectError([&] { make("{name: shapes, train: 1, augment: " + augment + "}"); }, says);
  };
  refused("[{name: hfilp}]", {"no augmentation 'hfilp'", "did you mean 'hflip'"});
  refused("[{name: pad_crop, args: [40]}]", {"'pixels' of 'pad_crop'", "0 to 31", "'40'"});
  refused("[{name: pad_crop, pixel: 4}]", {"no argument 'pixel'", "did you mean 'pixels'"});
  refused("hflip", {"must be a list"});
}

TEST(Sequential, IsTheImageRowByRow) {
  const auto images = make("{name: shapes, train: 10, augment: [hflip]}");
  const auto sequence = make("{name: sequential, args: [{name: shapes, train: 10, augment: [hflip]}]}");
  EXPECT_EQ(sequence->shape().rank, 1);
  EXPECT_EQ(sequence->shape().channels, 3);
  EXPECT_EQ(sequence->shape().size, (std::array<int64_t, 2>{1024, 1}));
  EXPECT_EQ(readSamples(*sequence, {3}, Augmentation{}).inputs, readSamples(*images, {3}, Augmentation{}).inputs);
}

TEST(Sequential, RefusesWhatIsNoSetOfImages) {
  expectError([] { make("sequential"); }, {"needs a set of images"});
  expectError([] { make("{name: sequential, args: [adding]}"); }, {"'adding' holds sequences"});
  expectError([] { make("{name: sequential, args: [{name: shape}]}"); }, {"did you mean 'shapes'"});
}

} // namespace
} // namespace flexrt::testing
