/// From a data set to what the network reads: which samples, in which order, in which element type.
#pragma once

#include "flexrt/data/Dataset.h"
#include "flexrt/train/Model.h"

#include <span>
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

/// Reads batches into memory of its own.
class BatchReader {
public:
  BatchReader(const Dataset &data, int32_t dtype) : data_(data), dtype_(dtype) {}

  /// Valid until the next call. `first` is the number of the first of `samples` in the optimiser's whole batch.
  BatchView read(std::span<const int64_t> samples, std::optional<Augmentation> augmentation, int64_t first = 0);

  const Dataset &data() const { return data_; }

private:
  const Dataset &data_;
  int32_t dtype_;
  std::vector<float> input_, target_;
  std::vector<double> wideInput_, wideTarget_; ///< for networks in double precision
};

} // namespace flexrt
