/// From a data set to what the network reads: which samples, in which order, in which element type.
#pragma once

#include "flexrt/data/BatchLoader.h"
#include "flexrt/train/Model.h"

#include <optional>
#include <vector>

namespace flexrt {

/// Numbers of the samples to train on, and of those held out; both ascending.
struct SampleSplit {
  std::vector<int64_t> train, heldOut;
};

/// A function of the arguments alone. The held-out part has at least one sample if `fraction` > 0 and there are two.
SampleSplit splitSamples(int64_t samples, double fraction, uint64_t seed);

/// All samples, ascending.
std::vector<int64_t> allSamples(int64_t samples);

/// The order of an epoch: a shuffle that depends on `seed` and `epoch` alone.
std::vector<int64_t> epochOrder(const std::vector<int64_t> &samples, uint64_t seed, int64_t epoch);

/// Throws Error unless the data has the channels, axes and classes that the network was compiled for.
void checkDataFits(const Model &model, const DatasetShape &shape, const std::string &description);

/// The batches of one pass over some samples, read ahead on a thread of their own, in the network's element type.
class BatchSource {
public:
  BatchSource(const Dataset &data, int32_t dtype, std::vector<int64_t> samples, int64_t batch,
              std::optional<Augmentation> augmentation = std::nullopt);

  /// The next batch, valid until the next call; none after the last. Throws what reading threw.
  std::optional<BatchView> next();

private:
  BatchLoader loader_;
  const DatasetShape &shape_;
  int32_t dtype_;
  std::vector<double> input_, target_; ///< for networks in double precision
};

} // namespace flexrt
