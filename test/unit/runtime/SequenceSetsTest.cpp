// Sequences made of other sets, time series in .ts files, and recordings.
#include "DataTesting.h"

#include "flexrt/data/Mfcc.h"
#include "flexrt/data/Series.h"

#include <cmath>
#include <numeric>
#include <set>

namespace flexrt::testing {
namespace {

/// Two images of 2 x 3 pixels with 2 channels, values 0 to 23, for training and for the test.
std::string smallImages(const Folder &folder) {
  std::vector<float> values(24);
  std::iota(values.begin(), values.end(), 0.0f);
  folder.write("x.npy", npyFile("<f4", "(2, 2, 2, 3)", rawBytes(values)));
  folder.write("y.npy", npyFile("<i4", "(2,)", rawBytes(std::vector<int32_t>{0, 1})));
  return "{name: npy, x: x.npy, y: y.npy, test_x: x.npy, test_y: y.npy, mean: 0, std: 1}";
}

TEST(SequenceViews, RowsAreStepsAndColumnsChannels) {
  const Folder folder;
  const auto set = make("{name: rows, images: " + smallImages(folder) + "}", folder.path());
  EXPECT_EQ(set->shape().channels, 6);
  EXPECT_EQ(set->shape().rank, 1);
  EXPECT_EQ(set->shape().size[0], 2);
  // channel c * 3 + x, step y: the stored value is 12 n + 6 c + 3 y + x
  EXPECT_EQ(readSamples(*set, {1}).inputs,
            (std::vector<float>{12, 15, 13, 16, 14, 17, 18, 21, 19, 22, 20, 23}));
}

TEST(SequenceViews, APermutationIsTheSameForAllSamplesChannelsAndSplits) {
  const Folder folder;
  const std::string images = smallImages(folder), sequences = "{name: sequential, images: " + images + "}";
  const auto set = make("{name: permuted, sequences: " + sequences + "}", folder.path());
  const auto test = make("{name: permuted, sequences: " + sequences + "}", folder.path(), Split::test, 77);
  const auto another = make("{name: permuted, sequences: " + sequences + ", seed: 1}", folder.path());
  const auto compat = make("{name: permuted, sequences: " + sequences + ", compat: true}", folder.path(), Split::test);
  const auto compatTrain = make("{name: permuted, sequences: " + sequences + ", compat: true}", folder.path());
  const std::vector<float> first = readSamples(*set, {0}).inputs, second = readSamples(*set, {1}).inputs;
  std::vector<float> sorted(first.begin(), first.begin() + 6);
  for (size_t t = 0; t < 6; ++t) {
    EXPECT_EQ(first[t + 6], first[t] + 6);
    EXPECT_EQ(second[t], first[t] + 12);
  }
  EXPECT_FALSE(std::is_sorted(sorted.begin(), sorted.end()));
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(readSamples(*test, {0}).inputs, first) << "the run's seed is not the task's";
  EXPECT_NE(readSamples(*another, {0}).inputs, first);
  EXPECT_EQ(readSamples(*compatTrain, {0}).inputs, first);
  EXPECT_NE(readSamples(*compat, {0}).inputs, first);
}

TEST(SequenceViews, NoiseStandsBehindTheSignal) {
  const Folder folder;
  const std::string clause = "{name: noise_padded, sequences: {name: rows, images: " + smallImages(folder) + "}, length: 400}";
  const auto set = make(clause, folder.path()), test = make(clause, folder.path(), Split::test, 5);
  EXPECT_EQ(set->shape().size[0], 400);
  EXPECT_EQ(set->steps(0), 400) << "the noise counts as steps of the sample";
  const std::vector<float> first = readSamples(*set, {0}).inputs, second = readSamples(*test, {1}).inputs;
  double sum = 0, squares = 0;
  for (size_t c = 0; c < 6; ++c)
    for (size_t t = 0; t < 400; ++t) {
      if (t < 2) {
        EXPECT_EQ(second[c * 400 + t], first[c * 400 + t] + 12);
        continue;
      }
      EXPECT_EQ(second[c * 400 + t], first[c * 400 + t]);
      sum += first[c * 400 + t];
      squares += first[c * 400 + t] * first[c * 400 + t];
    }
  EXPECT_NEAR(sum / 2388, 0, 0.1);
  EXPECT_NEAR(squares / 2388, 1, 0.1);
  expectError([&] { make("{name: noise_padded, sequences: {name: rows, images: " + smallImages(folder) + "}, length: 1}", folder.path()); },
              {"'length'", "from 2"});
}

TEST(SequenceViews, DroppedStepsAreZeroAndMarked) {
  const Folder folder;
  std::vector<float> values(200);
  std::iota(values.begin(), values.end(), 1.0f);
  folder.write("x.npy", npyFile("<f4", "(2, 2, 50)", rawBytes(values)));
  folder.write("y.npy", npyFile("<i4", "(2,)", rawBytes(std::vector<int32_t>{0, 1})));
  const auto set = make("{name: drop_samples, sequences: {name: npy, x: x.npy, y: y.npy, mean: 0, std: 1}, rate: 0.3}", folder.path());
  EXPECT_EQ(set->shape().channels, 3);
  std::set<std::vector<float>> patterns;
  for (const int64_t n : {0, 1}) {
    const std::vector<float> sample = readSamples(*set, {n}).inputs;
    int missing = 0;
    for (size_t t = 0; t < 50; ++t) {
      const bool there = sample[100 + t] == 1;
      EXPECT_EQ(sample[t], there ? float(100 * n) + float(t) + 1 : 0);
      EXPECT_EQ(sample[50 + t], there ? float(100 * n) + float(t) + 51 : 0);
      missing += !there;
    }
    EXPECT_EQ(missing, 15);
    patterns.emplace(sample.begin() + 100, sample.end());
    EXPECT_EQ(readSamples(*set, {n}).inputs, sample);
  }
  EXPECT_EQ(patterns.size(), 2u);
}

const std::string tsHeader = "# a comment\n@problemName Small\n@timeStamps false\n@dimensions 2\n@classLabel true up down\n@data\n";

void writeTs(const Folder &folder, const std::string &train, const std::string &test) {
  folder.write("Small/Small_TRAIN.ts", train);
  folder.write("Small/Small_TEST.ts", test);
}

TEST(Uea, SeriesEndTogetherAndAreNormalisedByChannel) {
  const Folder folder;
  writeTs(folder, tsHeader + "1,2,3:10,10,10:down\n5,1:10, 40:up\n", tsHeader + "1.5,-2e0,3,4:1,2,3,4:up\r\n");
  const auto set = make("{name: uea, archive: Small}", folder.path());
  EXPECT_EQ(set->shape().samples, 2);
  EXPECT_EQ(set->shape().channels, 2);
  EXPECT_EQ(set->shape().size[0], 4) << "the longest of both parts";
  EXPECT_EQ(set->shape().classes, 2);
  EXPECT_EQ(set->steps(1), 2);
  const Samples samples = readSamples(*set, {0, 1});
  EXPECT_EQ(samples.targets, (std::vector<float>{1, 0}));
  // Channel 0 has mean 12 / 5 and squares 40 / 5; channel 1 mean 16 and deviation 12.
  const float mean = 2.4f, deviation = std::sqrt(8 - mean * mean);
  const std::vector<float> expected = {0, (1 - mean) / deviation, (2 - mean) / deviation, (3 - mean) / deviation,
                                       0, -0.5f, -0.5f, -0.5f,
                                       0, 0, (5 - mean) / deviation, (1 - mean) / deviation,
                                       0, 0, -0.5f, 2};
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(samples.inputs[i], expected[i], 1e-6) << i;
  const auto test = make("{name: uea, archive: Small}", folder.path(), Split::test);
  EXPECT_NEAR(readSamples(*test, {0}).inputs[0], (1.5f - mean) / deviation, 1e-6);
  const auto dropped = make("{name: drop_samples, sequences: {name: uea, archive: Small}, rate: 0.5}", folder.path());
  const std::vector<float> marks = readSamples(*dropped, {1}).inputs;
  EXPECT_EQ(marks[8] + marks[9], 0) << "what comes before a series is not there";
  EXPECT_EQ(marks[10] + marks[11], 1);
}

TEST(Uea, CompatRepeatsTheLastValueAndNormalisesSteps) {
  const Folder folder;
  writeTs(folder, tsHeader + "1,2,3:10,10,10:down\n5,1:10,40:up\n", tsHeader + "1,2:3,4:up\n");
  const auto set = make("{name: uea, archive: Small, compat: true}", folder.path());
  const std::vector<float> values = readSamples(*set, {0, 1}).inputs;
  // The last step holds 3, 10, 1 and 40: mean 13.5, unbiased deviation.
  const double deviation = std::sqrt((10.5 * 10.5 + 3.5 * 3.5 + 12.5 * 12.5 + 26.5 * 26.5) / 3) + 1e-5;
  EXPECT_NEAR(values[2], (3 - 13.5) / deviation, 1e-5);
  EXPECT_NEAR(values[11], (40 - 13.5) / deviation, 1e-5);
  EXPECT_EQ(set->steps(1), 3);
  expectError([&] { make("{name: uea, archive: Small, compat: true, mean: 1}", folder.path()); }, {"no mean or std with compat"});
}

TEST(Uea, DeclaredClassesAreThoseOfTheFiles) {
  const Folder folder;
  writeTs(folder, tsHeader + "1:2:up\n", tsHeader + "1:2:up\n");
  EXPECT_EQ(make("{name: uea, archive: Small, classes: 2}", folder.path())->shape().classes, 2);
  for (const char *count : {"1", "3"})
    expectError([&] { make("{name: uea, archive: Small, classes: " + std::string(count) + "}", folder.path()); },
                {"'uea' was declared with " + std::string(count) + " classes, its files have 2"});
}

TEST(Uea, AnotherSplitTakesEveryClass) {
  const Folder folder;
  std::string lines;
  for (int i = 0; i < 10; ++i)
    lines += std::to_string(i) + ",1:" + std::to_string(i) + ",2:" + (i % 2 ? "up" : "down") + "\n";
  writeTs(folder, tsHeader + lines, tsHeader + lines);
  const std::string clause = "{name: uea, archive: Small, test: 0.2}";
  const auto train = make(clause, folder.path()), test = make(clause, folder.path(), Split::test);
  EXPECT_EQ(train->shape().samples, 16);
  EXPECT_EQ(test->shape().samples, 4);
  const Samples held = readSamples(*test, {0, 1, 2, 3});
  EXPECT_EQ(std::accumulate(held.targets.begin(), held.targets.end(), 0.0f), 2);
}

TEST(Uea, DamagedFilesAreNamedWithTheirLine) {
  const Folder folder;
  const auto expect = [&](const std::string &text, const std::vector<std::string> &parts) {
    writeTs(folder, text, text);
    expectError([&] { make("{name: uea, archive: Small}", folder.path()); }, parts);
  };
  expect(tsHeader + "1,2:3,4:left\n", {"Small_TRAIN.ts', line 7", "'left' is none of the classes"});
  expect(tsHeader + "1,2:3,4:up\n1,x:3,4:up\n", {"line 8", "'x' is no number"});
  expect(tsHeader + "1,?:3,4:up\n", {"line 7", "missing value"});
  expect(tsHeader + "1,2:3:up\n", {"line 7", "dimension 2 has 1 values, the first has 2"});
  expect(tsHeader + "1,2:3,4:up\n1,2:up\n", {"line 8", "1 dimensions, those before have 2"});
  expect(tsHeader + "1 2 3\n", {"line 7", "separated by ':'"});
  expect(tsHeader, {"truncated", "no series"});
  expect("@timeStamps true\n", {"line 1", "time stamps"});
  expect("hello\n", {"line 1", "begins with '@'"});
  expect("@data\n", {"line 1", "'@classLabel'"});
  expectError([&] { make("{name: uea, archive: Large}", folder.path()); }, {"'Large_TRAIN.ts'", "timeseriesclassification"});
  expectError([&] { make("{name: uea}", folder.path()); }, {"needs the name"});
}

TEST(Uea, ReadsTheArchive) {
  const std::string root = realData();
  if (root.empty() || !fs::exists(fs::path(root) / "uea"))
    GTEST_SKIP() << "no folder uea in FLEX_DATA or ../shared/data";
  const auto motions = make("{name: uea, archive: BasicMotions}", root);
  EXPECT_EQ(motions->shape().samples, 40);
  EXPECT_EQ(motions->shape().channels, 6);
  EXPECT_EQ(motions->shape().size[0], 100);
  EXPECT_EQ(motions->shape().classes, 4);
  const auto vowels = make("{name: uea, archive: JapaneseVowels}", root, Split::test);
  EXPECT_EQ(vowels->shape().samples, 370);
  EXPECT_EQ(vowels->shape().channels, 12);
  EXPECT_EQ(vowels->shape().size[0], 29);
  EXPECT_EQ(vowels->shape().classes, 9);
  EXPECT_LT(vowels->steps(0), 29);
}

//===----------------------------------------------------------------------===//
// Recordings
//===----------------------------------------------------------------------===//

TEST(Recordings, AreClassesByFolderAndEndTogether) {
  const Folder folder;
  for (const char *word : {"yes", "no"})
    for (int i = 0; i < 4; ++i)
      folder.write(std::string("words/") + word + "/" + std::to_string(i) + ".wav",
                   wavFile(std::vector<int16_t>(size_t(i + 2), word[0] == 'y' ? 16384 : -8192), 8000));
  const std::string clause = "{name: recordings, folder: words, test: 0.25, mean: 0, std: 1}";
  const auto train = make(clause, folder.path()), test = make(clause, folder.path(), Split::test);
  EXPECT_EQ(train->shape().samples, 6);
  EXPECT_EQ(test->shape().samples, 2);
  EXPECT_EQ(train->shape().classes, 2);
  EXPECT_EQ(train->shape().size[0], 5);
  std::vector<int64_t> all(6);
  std::iota(all.begin(), all.end(), 0);
  const Samples samples = readSamples(*train, all);
  for (size_t n = 0; n < 6; ++n) {
    const bool yes = samples.targets[n] == 1; // folders in alphabetical order
    EXPECT_FLOAT_EQ(samples.inputs[n * 5 + 4], yes ? 0.5f : -0.25f);
    EXPECT_EQ(samples.inputs[n * 5 + 4 - size_t(train->steps(int64_t(n))) + 1], yes ? 0.5f : -0.25f);
  }
  for (const char *word : {"yes", "no"})
    folder.write(std::string("words/") + word + "/more.wav", wavFile({1, 2, 3, 4}, 8000));
  const auto four = make("{name: recordings, folder: words, samples: 4, words: [yes, no], test: 0.5}", folder.path());
  EXPECT_EQ(four->shape().size[0], 4);
  EXPECT_EQ(four->shape().samples, 2);
}

TEST(Recordings, WrongFilesAreNamed) {
  const Folder folder;
  const std::string clause = "{name: recordings, folder: words}";
  expectError([&] { make(clause, folder.path()); }, {"no folder", "words"});
  fs::create_directories(fs::path(folder.path()) / "words/yes");
  expectError([&] { make(clause, folder.path()); }, {"hold no WAV files"});
  const auto expect = [&](const std::string &bytes, const std::vector<std::string> &parts, const std::string &more = "") {
    folder.write("words/yes/1.wav", wavFile({1, 2, 3}, 8000));
    folder.write("words/yes/2.wav", bytes);
    expectError([&] { make("{name: recordings, folder: words" + more + "}", folder.path()); }, parts);
  };
  expect("nonsense", {"cannot read", "2.wav"});
  expect(wavFile({1, 2, 3, 4}, 8000, 2), {"2.wav", "2 channels, expected one"});
  expect(wavFile({1, 2, 3}, 16000), {"words/yes/", "samples a second, expected"});
  expect(wavFile({1, 2, 3}, 8000), {"3 samples, expected at least 101"}, ", mfcc: 13");
  folder.write("words/yes/2.wav", wavFile({1, 2, 3}, 8000));
  expectError([&] { make("{name: recordings, folder: words, classes: 2}", folder.path()); },
              {"'recordings' was declared with 2 classes, its files have 1"});
  expectError([&] { make("speech_commands", folder.path()); }, {"'yes/*.wav'", "tensorflow"});
}

/// files/make_mfcc.py made the numbers. torchaudio computes in single precision; values go up to 85.
TEST(Recordings, CoefficientsAreTorchaudios) {
  std::vector<float> signal;
  for (int i = 0; i < 1000; ++i) // a sweep
    signal.push_back(float(0.5 * std::sin(0.0004 * i * i) + 0.1 * std::cos(0.05 * i)));
  const Mfcc mfcc(16000, 20, 200, 64);
  EXPECT_EQ(mfcc.frames(16000), 161);
  const std::vector<float> values = mfcc(signal);
  ASSERT_EQ(values.size(), 20u * 11u);
  static const double expected[] = {
#include "files/mfcc.inc"
  };
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], expected[i], 5e-4) << "coefficient " << i / 11 << ", frame " << i % 11;
}

TEST(Recordings, ReadsSpokenDigits) {
  const std::string root = realData();
  if (root.empty() || !fs::exists(fs::path(root) / "fsdd"))
    GTEST_SKIP() << "no folder fsdd in FLEX_DATA or ../shared/data";
  const auto digits = make("{name: recordings, folder: fsdd, rate: 8000, mfcc: 20}", root, Split::test);
  EXPECT_EQ(digits->shape().samples, 450);
  EXPECT_EQ(digits->shape().classes, 10);
  EXPECT_EQ(digits->shape().channels, 20);
}

} // namespace
} // namespace flexrt::testing
