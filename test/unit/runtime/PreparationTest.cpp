// What data sets do to their samples, done to files: the same, bit by bit or nearly so, also through what a checkpoint keeps.
#include "DataTesting.h"

#include "flexrt/data/Preparation.h"
#include "flexrt/data/SampleFiles.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace flexrt::testing {
namespace {

using Size = Preparation::Size;

/// As predict has it from a checkpoint.
Preparation kept(const Dataset &set) { return Preparation(set.preparation().describe()); }

void expectSame(const std::vector<float> &actual, const float *expected, const std::string &what) {
  for (size_t i = 0; i < actual.size(); ++i)
    ASSERT_NEAR(actual[i], expected[i], 1e-5 * (1 + std::abs(expected[i]))) << what << ", value " << i;
}

/// Three images of 4 x 6 pixels with 2 channels.
constexpr int64_t imageCount = 3, imageValues = 2 * 4 * 6;
std::vector<float> imageArray() {
  std::vector<float> values(size_t(imageCount * imageValues));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = float(std::sin(double(i * i)));
  return values;
}
std::string images(const Folder &folder) {
  folder.write("x.npy", npyFile("<f4", "(3, 2, 4, 6)", rawBytes(imageArray())));
  folder.write("y.npy", npyFile("<i4", "(3,)", rawBytes(std::vector<int32_t>{0, 1, 0})));
  return "{name: npy, x: x.npy, y: y.npy}";
}
Sample storedImage(int64_t i) {
  const std::vector<float> all = imageArray();
  return {2, 2, {4, 6}, {all.begin() + i * imageValues, all.begin() + (i + 1) * imageValues}, "an image", 0};
}

TEST(Preparation, IsWhatSetsOfImagesDo) {
  const Folder folder;
  const std::string stored = images(folder), line = "{name: sequential, images: " + stored + "}",
                    small = "{name: npy, x: x.npy, y: y.npy, resize: [2, 3]}";
  for (const std::string &clause :
       {stored, small, line, "{name: sequential, images: " + small + "}", "{name: sequential, resize: 7, images: " + small + "}",
        "{name: rows, images: " + stored + "}", "{name: permuted, seed: 3, sequences: " + line + "}",
        "{name: noise_padded, length: 9, seed: 2, sequences: {name: rows, images: " + small + "}}"}) {
    const auto set = make(clause, folder.path());
    const Samples read = readSamples(*set, {0, 1, 2});
    for (int64_t i = 0; i < imageCount; ++i) {
      const Sample sample = kept(*set).apply(storedImage(i), Size::data);
      EXPECT_EQ(sample.channels, set->shape().channels) << clause;
      EXPECT_EQ(sample.rank, set->shape().rank) << clause;
      ASSERT_EQ(sample.size, set->shape().size) << clause;
      expectSame(sample.values, &read.inputs[size_t(i * set->shape().inputElements())], clause);
    }
  }
}

/// Sounds of 120, 150, ... samples, half of them of each word.
std::vector<std::string> sounds(const Folder &folder) {
  std::vector<std::string> paths;
  for (int i = 0; i < 8; ++i) {
    std::vector<int16_t> samples;
    for (int t = 0; t < 120 + 30 * i; ++t)
      samples.push_back(int16_t(9000 * std::sin(0.01 * (i + 1) * t) + 40 * i));
    paths.push_back(folder.write(std::string("words/") + (i % 2 ? "yes" : "no") + "/" + std::to_string(i) + ".wav",
                                 wavFile(samples, 8000)));
  }
  return paths;
}

TEST(Preparation, IsWhatSetsOfRecordingsDo) {
  const Folder folder;
  const std::vector<std::string> paths = sounds(folder);
  for (const std::string arguments : {"", ", compat: true", ", mfcc: 5", ", mfcc: 5, compat: true"}) {
    int64_t found = 0, wanted = 0;
    for (const Split split : {Split::train, Split::test}) {
      const auto set = make("{name: recordings, folder: words, test: 0.5" + arguments + "}", folder.path(), split);
      const Preparation preparation = kept(*set);
      for (int64_t n = 0; n < set->shape().samples; ++n, ++wanted) {
        const std::vector<float> read = readSamples(*set, {n}).inputs;
        found += std::count_if(paths.begin(), paths.end(), [&](const std::string &path) {
          return preparation.apply(readSignal(path), Size::data).values == read;
        });
      }
    }
    EXPECT_EQ(wanted, 8);
    EXPECT_EQ(found, wanted) << arguments;
  }
}

TEST(Preparation, SequencesOfOtherLengthsLoseWhatTheShorterLack) {
  const Folder folder;
  sounds(folder);
  Sample sound = {1, 1, {400, 1}, std::vector<float>(400), "long.wav", 8000};
  std::iota(sound.values.begin(), sound.values.end(), 0.0f);
  const std::string clause = "{name: recordings, folder: words, mean: 0, std: 1";
  EXPECT_EQ(kept(*make(clause + "}", folder.path())).apply(sound, Size::data).values.front(), 400 - 330);
  EXPECT_EQ(kept(*make(clause + "}", folder.path())).apply(sound, Size::own).values, sound.values);
  const auto compat = make("{name: recordings, folder: words, compat: true}", folder.path());
  EXPECT_EQ(kept(*compat).apply(sound, Size::data).size[0], 330);
  expectError([&] { kept(*compat).apply(sound, Size::own); }, {"400 steps", "normalisation is for 330"});
}

TEST(Preparation, RefusesWhatCannotBeDoneToAFile) {
  const Folder folder;
  const std::string line = "{name: sequential, images: " + images(folder) + "}";
  const auto refuses = [&](const std::string &clause, const std::vector<std::string> &parts, Sample sample,
                           Size size = Size::data) {
    const auto set = make(clause, folder.path());
    expectError([&] { kept(*set).apply(std::move(sample), size, {12, 1}); }, parts);
  };
  refuses("{name: permuted, compat: true, sequences: " + line + "}", {"'an image'", "another order"}, storedImage(0));
  refuses("{name: drop_samples, sequences: " + line + "}", {"left out"}, storedImage(0));
  refuses("{name: pattern}", {"positions"}, storedImage(0));
  refuses("{name: permuted, sequences: " + line + "}", {"no other resolution"}, storedImage(0), Size::named);
  Sample other = {2, 1, {30, 1}, std::vector<float>(60), "other.npy", 0};
  refuses("{name: adding, steps: 40, train: 2}", {"'other.npy' has 30 steps", "40 steps"}, other);
  sounds(folder);
  Sample fast = {1, 1, {200, 1}, std::vector<float>(200), "fast.wav", 16000};
  refuses("{name: recordings, folder: words}", {"16000 samples a second, expected 8000"}, fast);
  fast.size[0] = 50;
  fast.rate = 8000;
  refuses("{name: recordings, folder: words, mfcc: 5}", {"50 samples, expected at least 101"}, fast);
}

TEST(Preparation, DamagedDescriptionsAreRefused) {
  for (const char *text : {"", "{}", R"({"channels": 1, "rank": 1, "size": [4, 1], "steps": [{"step": "fit"}]})"})
    expectError([&] { Preparation{std::string(text)}; }, {"cannot be read"});
  expectError([] { Preparation(R"({"channels": 1, "rank": 1, "size": [4, 1], "steps": [{"step": "fly"}]})"); }, {"'fly'"});
}

} // namespace
} // namespace flexrt::testing
