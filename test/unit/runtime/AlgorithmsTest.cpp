// How algorithms are chosen, for a network whose estimates and trials are the test's own.
#include "DataTesting.h"

#include "flexrt/train/Algorithms.h"

#include <chrono>
#include <thread>

namespace flexrt::testing {
namespace {

/// What estimates say and trials take, in milliseconds by algorithm, on a machine of `rates`.
struct Behaviour {
  double estimated[FLEXRT_ALGORITHM_COUNT] = {1, 2, 100, 3}, taken[FLEXRT_ALGORITHM_COUNT] = {};
  bool spectralIsPossible = true, basisIsPossible = false;
  int trials = 0;
};
Behaviour behaviour;
constexpr MachineRates rates = {2e9, 1e9, 1e9, 1 << 20}; ///< a million multiply-adds take a millisecond

void estimate(const flexrt_run *, int64_t, flexrt_estimate *estimates) {
  for (int32_t a = 0; a < FLEXRT_ALGORITHM_COUNT; ++a) {
    bool possible = a == FLEXRT_SPECTRAL ? behaviour.spectralIsPossible : a != FLEXRT_BASIS || behaviour.basisIsPossible;
    estimates[a] = {possible, 64, behaviour.estimated[a] * 1e6, 0};
  }
}

flexrt_status trial(const flexrt_run *run, int64_t convolution) {
  ++behaviour.trials;
  static_cast<char *>(run->arena)[63] = 1;
  std::this_thread::sleep_for(std::chrono::microseconds(int(1e3 * behaviour.taken[run->algorithms[convolution]])));
  return 0;
}

const flexrt_space spaces[] = {{"image", FLEXRT_SPACE_DATA, 2}, {"taps", FLEXRT_SPACE_TAPS, 2}};
const flexrt_convolution convolutions[] = {
    {1, 0, 3, 8, 0, FLEXRT_OUTPUT}, {1, 0, 3, 8, 0, FLEXRT_INPUT_GRADIENT | FLEXRT_TAPS_GRADIENT}};

flexrt_network network() {
  flexrt_network n{};
  n.spaces = spaces;
  n.space_count = 2;
  n.convolutions = convolutions;
  n.convolution_count = 2;
  n.estimate = estimate;
  n.trial = trial;
  return n;
}

using Table = std::vector<int32_t>;

/// Algorithms on a cache, and a run to choose for.
class AlgorithmsTest : public ::testing::Test {
protected:
  AlgorithmsTest() : theNetwork(network()) {
    behaviour = {};
    extents[0] = {{32, 32}, {32, 32}, {0, 0}, {32, 32}};
    extents[1] = {{3, 3}, {33, 33}, {15, 15}, {33, 33}};
    run.extents = extents;
    run.samples = 64;
  }
  Algorithms start(bool tune = true) {
    Algorithms algorithms(theNetwork);
    algorithms.tune = tune;
    algorithms.cache = TuningCache(cacheFile, "this machine");
    algorithms.cache->keepRates(FLEXRT_F32, rates);
    return algorithms;
  }
  std::vector<int32_t> choose(Algorithms &algorithms, Algorithms::Purpose purpose = Algorithms::Purpose::run) {
    const int32_t *table = algorithms.choose(run, true, purpose);
    return {table, table + 2};
  }
  Folder folder;
  std::string cacheFile = folder.path() + "/cache/algorithms.jsonl", record = folder.path() + "/record.jsonl";
  flexrt_network theNetwork;
  flexrt_extent extents[2];
  flexrt_run run{};
};

const Table allDirect = {FLEXRT_DIRECT, FLEXRT_DIRECT}, allSpectral = {FLEXRT_SPECTRAL, FLEXRT_SPECTRAL};

} // namespace

TEST_F(AlgorithmsTest, WithoutTimingTheBestEstimateCounts) {
  Algorithms algorithms = start(false);
  EXPECT_EQ(choose(algorithms), allDirect);
  behaviour.estimated[FLEXRT_SPECTRAL] = 0.5;
  extents[1].size[0] = 5;
  EXPECT_EQ(choose(algorithms), allSpectral);
  EXPECT_EQ(behaviour.trials, 0);
}

TEST_F(AlgorithmsTest, WhatComesCloseIsTimedOnce) {
  behaviour.taken[FLEXRT_DIRECT] = 3;
  Algorithms algorithms = start();
  EXPECT_EQ(choose(algorithms), allSpectral);
  EXPECT_EQ(behaviour.trials, 2 * 2 * 4) << "two convolutions, two candidates; the library's estimate is far off";
  EXPECT_EQ(choose(algorithms), allSpectral);
  extents[1].size[0] = 5;
  choose(algorithms);
  extents[1].size[0] = 3;
  EXPECT_EQ(choose(algorithms), allSpectral);
  EXPECT_EQ(behaviour.trials, 2 * 2 * 2 * 4) << "other sizes are timed for themselves, known ones not again";
}

TEST_F(AlgorithmsTest, MixturesAreTimedWhereTheyArePossible) {
  behaviour.taken[FLEXRT_DIRECT] = behaviour.taken[FLEXRT_SPECTRAL] = 3;
  behaviour.estimated[FLEXRT_BASIS] = 2;
  behaviour.basisIsPossible = true;
  Algorithms algorithms = start();
  EXPECT_EQ(choose(algorithms), Table(2, FLEXRT_BASIS));
  EXPECT_EQ(behaviour.trials, 2 * 3 * 4);
  behaviour.basisIsPossible = false;
  Algorithms others = start();
  others.only = FLEXRT_BASIS;
  EXPECT_EQ(choose(others), allSpectral) << "taps that are given";
  behaviour.spectralIsPossible = false;
  Algorithms refused = start();
  refused.only = FLEXRT_BASIS;
  expectError([&] { choose(refused); }, {"algorithm=basis cannot compute y of", "no transform is long"});
}

TEST_F(AlgorithmsTest, InferenceNeedsNoGradients) {
  Algorithms algorithms = start();
  algorithms.choose(run, false, Algorithms::Purpose::run);
  EXPECT_EQ(behaviour.trials, 2 * 4);
}

TEST_F(AlgorithmsTest, WhatWasMeasuredOutlivesTheProcess) {
  behaviour.taken[FLEXRT_DIRECT] = 3;
  Algorithms first = start();
  choose(first);
  behaviour = {};
  Algorithms second = start();
  EXPECT_EQ(choose(second), allSpectral);
  EXPECT_EQ(behaviour.trials, 0);
  Algorithms without = start(false);
  EXPECT_EQ(choose(without), allDirect) << "tune=off: what was measured does not count";
  Algorithms elsewhere = start();
  elsewhere.cache = TuningCache(cacheFile, "another machine");
  elsewhere.cache->keepRates(FLEXRT_F32, rates);
  choose(elsewhere);
  EXPECT_GT(behaviour.trials, 0);
}

TEST_F(AlgorithmsTest, WhoMeasuresAtTheSameTimeGoesOnWithWhatWasKeptFirst) {
  behaviour.taken[FLEXRT_DIRECT] = 3;
  Algorithms first = start(), second = start();
  EXPECT_EQ(choose(first), allSpectral);
  behaviour = {};
  behaviour.taken[FLEXRT_SPECTRAL] = 3;
  EXPECT_EQ(choose(second), allSpectral);
  EXPECT_GT(behaviour.trials, 0);
}

TEST_F(AlgorithmsTest, WhatIsHardlyFasterDoesNotBeatTheEstimate) {
  behaviour.taken[FLEXRT_DIRECT] = 41;
  behaviour.taken[FLEXRT_SPECTRAL] = 40;
  Algorithms algorithms = start();
  EXPECT_EQ(choose(algorithms), allDirect);
}

TEST_F(AlgorithmsTest, LinesOfACacheThatMakeNoSenseAreNone) {
  std::filesystem::create_directories(std::filesystem::path(cacheFile).parent_path());
  folder.write("cache/algorithms.jsonl", R"({"machine":5}
[1]
{"machine":"this machine"}
{"machine":"this machine","dtype":0,"flops":-1,"bytes":-5,"cached":1,"near":0}
{"machine":"this machine","dtype":0,"flops":"fast","bytes":1,"cached":1,"near":0}
{"machine":"this machine","dtype":0,"flops":1,"bytes":1,"cached":1}
{"machine":"this machine","convolution":7,"algorithm":"direct"}
{"machine":"this machine","convolution":"y","algorithm":5}
{"machine":"this machine","convolution":"y","algorithm":"guess"}
{"machine":"this mach)");
  TuningCache cache(cacheFile, "this machine");
  EXPECT_FALSE(cache.rates(FLEXRT_F32));
  EXPECT_FALSE(cache.algorithm("y"));
  cache.keepRates(FLEXRT_F32, rates);
  EXPECT_EQ(cache.rates(FLEXRT_F32)->flops, rates.flops);
  TuningCache later(cacheFile, "this machine");
  ASSERT_TRUE(later.rates(FLEXRT_F32));
  EXPECT_EQ(later.rates(FLEXRT_F32)->near, rates.near);
}

TEST_F(AlgorithmsTest, TheUsersAlgorithmIsTakenOrRefused) {
  behaviour.spectralIsPossible = false;
  Algorithms algorithms = start();
  algorithms.only = FLEXRT_LIBRARY;
  EXPECT_EQ(choose(algorithms), Table(2, FLEXRT_LIBRARY));
  EXPECT_EQ(behaviour.trials, 0);
  Algorithms refused = start();
  refused.only = FLEXRT_SPECTRAL;
  expectError([&] { choose(refused); },
              {"algorithm=spectral cannot compute y of 64 x 32x32, 3 to 8 channels, 3x3 taps", "no transform is long"});
}

TEST_F(AlgorithmsTest, ARecordIsObeyedWhateverTimesSay) {
  behaviour.taken[FLEXRT_DIRECT] = 3;
  Algorithms first = start();
  first.recordTo(record);
  choose(first);
  const std::string written = readFile(record);
  EXPECT_NE(written.find("\"chosen_by\":\"timing\",\"milliseconds\":{\"direct\":"), std::string::npos) << written;

  behaviour = {};
  behaviour.taken[FLEXRT_SPECTRAL] = 3;
  std::filesystem::remove(cacheFile);
  Algorithms again = start();
  again.recordTo(record);
  EXPECT_EQ(choose(again), allSpectral);
  EXPECT_EQ(behaviour.trials, 0);
  EXPECT_EQ(readFile(record), written) << "what a record says is not written to it again";
  Algorithms copy = start(false);
  copy.obey(record);
  copy.recordTo(folder.path() + "/copy.jsonl");
  EXPECT_EQ(choose(copy), allSpectral);
  EXPECT_NE(readFile(folder.path() + "/copy.jsonl").find("\"chosen_by\":\"record\""), std::string::npos);
  extents[1].size[0] = 5;
  EXPECT_EQ(choose(again), allDirect) << "a record knows the sizes that it has met, no others";
  EXPECT_GT(readFile(record).size(), written.size());
}

/// The process died while it wrote.
TEST_F(AlgorithmsTest, ALineWithoutItsEndIsCutOff) {
  Algorithms first = start();
  first.recordTo(record);
  choose(first);
  const std::string whole = readFile(record);
  folder.write("record.jsonl", whole + R"({"convolution":"y of 6)");
  Algorithms again = start();
  again.recordTo(record);
  EXPECT_EQ(readFile(record), whole);
  folder.write("record.jsonl", whole + "{\"convolution\":\"y of 6\n");
  Algorithms damaged = start();
  expectError([&] { damaged.obey(record); }, {"is damaged", "y of 6"});
  for (const char *line : {R"({"convolution":5,"algorithm":"direct"})", R"({"convolution":"y","algorithm":7})"}) {
    folder.write("record.jsonl", std::string(line) + "\n");
    expectError([&] { damaged.obey(record); }, {"is damaged", line});
  }
}

TEST_F(AlgorithmsTest, APlanMeasuresAndRecordsNothing) {
  behaviour.taken[FLEXRT_DIRECT] = 3;
  Algorithms algorithms = start();
  algorithms.recordTo(record);
  EXPECT_EQ(choose(algorithms, Algorithms::Purpose::plan), allDirect);
  EXPECT_EQ(behaviour.trials, 0);
  EXPECT_EQ(readFile(record), "");
  EXPECT_EQ(choose(algorithms), allSpectral);
  EXPECT_EQ(choose(algorithms, Algorithms::Purpose::plan), allSpectral) << "what was chosen is what is expected";
}

} // namespace flexrt::testing
