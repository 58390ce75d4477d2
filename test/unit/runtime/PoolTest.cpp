// The pool: every chunk once, nested and concurrent calls, sums that do not depend on threads, denormals.
#include "DataTesting.h"

#include "flexrt/abi/flexrt.h"
#include "flexrt/core/Pool.h"

#include <atomic>
#include <limits>
#include <thread>

namespace flexrt::testing {
namespace {

TEST(Pool, RunsEveryChunkOnce) {
  for (const int count : {1, 2, 3, 5}) {
    setThreads(count);
    EXPECT_EQ(threads(), count);
    for (int round = 0; round < 300; ++round) {
      std::vector<std::atomic<int>> seen(size_t(round % 37));
      parallelFor(int64_t(seen.size()), [&](int64_t chunk) { ++seen[size_t(chunk)]; });
      for (const auto &times : seen)
        ASSERT_EQ(times, 1);
    }
  }
}

TEST(Pool, WakesSleepers) {
  setThreads(2);
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2)); // longer than workers look for work
    std::atomic<int> sum{0};
    parallelFor(10, [&](int64_t chunk) { sum += int(chunk); });
    EXPECT_EQ(sum, 45);
  }
}

TEST(Pool, NestedCallsRunInline) {
  setThreads(2);
  std::atomic<int> sum{0};
  parallelFor(4, [&](int64_t) {
    const auto self = std::this_thread::get_id();
    parallelFor(5, [&](int64_t) {
      EXPECT_EQ(std::this_thread::get_id(), self);
      ++sum;
    });
  });
  EXPECT_EQ(sum, 20);
}

TEST(Pool, ConcurrentCallersAllFinish) {
  setThreads(2);
  std::atomic<int> sum{0};
  std::vector<std::jthread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round)
        parallelFor(7, [&](int64_t) { ++sum; });
    });
  callers.clear();
  EXPECT_EQ(sum, 4 * 200 * 7);
}

TEST(Pool, FlushesDenormalsInEveryThread) {
  setThreads(2);
  prepareThread();
  volatile float tiny = std::numeric_limits<float>::min();
  std::atomic<int> kept{0};
  parallelFor(200, [&](int64_t) {
    volatile float half = tiny * 0.5f;
    if (half != 0)
      ++kept;
  });
  EXPECT_EQ(kept, 0);
}

TEST(Pool, NotedFailureIsThrownOnce) {
  noteFailure(std::runtime_error("first"));
  noteFailure(std::runtime_error("second"));
  expectError([] { throwNotedFailure(); }, {"first"});
  EXPECT_NO_THROW(throwNotedFailure());
}

} // namespace
} // namespace flexrt::testing
