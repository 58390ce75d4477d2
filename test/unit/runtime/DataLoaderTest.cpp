// The thread that reads one batch ahead.
#include "DataTesting.h"

#include "flexrt/data/BatchLoader.h"

#include <atomic>
#include <chrono>
#include <numeric>

namespace flexrt::testing {
namespace {

std::vector<int64_t> upTo(int64_t count) {
  std::vector<int64_t> all(count);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Sample i is the number i; reading sample `bad` fails.
class Numbers : public Dataset {
public:
  explicit Numbers(int64_t bad = -1) : bad(bad) { shape_ = {.samples = 100, .channels = 1, .rank = 1}; }
  const DatasetShape &shape() const override { return shape_; }
  void read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
            float *targets) const override {
    ++reads;
    for (const int64_t index : indices) {
      if (index == bad)
        throw Error("sample is bad");
      *inputs++ = float(index) + (augmentation ? 1000.0f * float(augmentation->epoch) : 0);
      *targets++ = float(-index);
    }
  }

  mutable std::atomic<int> reads = 0;

private:
  int64_t bad;
  DatasetShape shape_;
};

TEST(BatchLoader, ReadsTheOrderInBatches) {
  const Numbers set;
  BatchLoader loader(set, {5, 3, 8, 1, 9}, 2, Augmentation{0, 7});
  std::vector<float> seen;
  std::vector<int64_t> sizes;
  while (const Batch *batch = loader.next()) {
    sizes.push_back(batch->samples);
    EXPECT_EQ(batch->inputs.size(), size_t(batch->samples));
    seen.insert(seen.end(), batch->inputs.begin(), batch->inputs.end());
  }
  EXPECT_EQ(sizes, (std::vector<int64_t>{2, 2, 1}));
  EXPECT_EQ(seen, (std::vector<float>{7005, 7003, 7008, 7001, 7009}));
  EXPECT_EQ(loader.next(), nullptr);
}

TEST(BatchLoader, KeepsABatchWhileTheNextIsRead) {
  const Numbers set;
  BatchLoader loader(set, upTo(10), 1);
  const Batch *batch = loader.next();
  while (set.reads < 2)
    std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(batch->inputs[0], 0);
  EXPECT_EQ(set.reads, 2); // one ahead, not more
}

TEST(BatchLoader, MayBeLeftEarly) {
  const Numbers set;
  for (int taken = 0; taken < 3; ++taken) {
    BatchLoader loader(set, upTo(100), 7);
    for (int i = 0; i < taken; ++i)
      loader.next();
  }
}

TEST(BatchLoader, HandsOnErrors) {
  const Numbers set(3);
  BatchLoader loader(set, upTo(6), 2);
  EXPECT_NE(loader.next(), nullptr);
  EXPECT_THROW(loader.next(), Error);
  EXPECT_THROW(loader.next(), Error);
}

TEST(BatchLoader, AnEmptyOrderHasNoBatches) {
  const Numbers set;
  EXPECT_EQ(BatchLoader(set, {}, 4).next(), nullptr);
}

} // namespace
} // namespace flexrt::testing
