#include "flexrt/train/Batches.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Pool.h"
#include "flexrt/core/Random.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <numeric>

namespace flexrt {
namespace {

constexpr int64_t readSlice = 8; ///< samples that one thread reads at once

/// Fisher and Yates; draw i is that of index i.
void shuffle(std::vector<int64_t> &values, const Stream &stream) {
  for (size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[stream.below(i, i)]);
}

} // namespace

std::vector<int64_t> allSamples(int64_t samples) {
  std::vector<int64_t> all(static_cast<size_t>(samples));
  std::iota(all.begin(), all.end(), int64_t{0});
  return all;
}

SampleSplit splitSamples(int64_t samples, double fraction, uint64_t seed) {
  std::vector<int64_t> all = allSamples(samples);
  if (fraction <= 0 || samples < 2)
    return {std::move(all), {}};
  shuffle(all, Stream(seed, "split"));
  const int64_t held = std::clamp<int64_t>(int64_t(double(samples) * fraction + 0.5), 1, samples - 1);
  SampleSplit split;
  split.heldOut.assign(all.begin(), all.begin() + held);
  split.train.assign(all.begin() + held, all.end());
  std::sort(split.heldOut.begin(), split.heldOut.end());
  std::sort(split.train.begin(), split.train.end());
  return split;
}

std::vector<int64_t> epochOrder(const std::vector<int64_t> &samples, uint64_t seed, int64_t epoch) {
  std::vector<int64_t> order = samples;
  shuffle(order, Stream(seed, "shuffle", uint32_t(epoch)));
  return order;
}

void checkDataFits(const Model &model, const DatasetShape &shape, const std::string &description) {
  const auto differ = [&](const std::string &what, int64_t has, int64_t wants) {
    throw Error("the data (" + description + ") has " + what + " " + std::to_string(has) + ", but the network was compiled for " +
                    std::to_string(wants),
                "that is part of the network's structure: change it in the .flex file, or with flexc compile -D");
  };
  if (shape.rank != model.inputRank())
    differ("a number of axes of", shape.rank, model.inputRank());
  if (shape.channels != model.inputChannels())
    differ("a number of channels of", shape.channels, model.inputChannels());
  if (shape.classes > model.outputChannels())
    differ("a number of classes of", shape.classes, model.outputChannels());
  if (shape.samples < 1)
    throw Error("the data (" + description + ") has no samples");
}

BatchView BatchReader::read(std::span<const int64_t> samples, std::optional<Augmentation> augmentation, int64_t first) {
  const DatasetShape &shape = data_.shape();
  const int64_t count = int64_t(samples.size()), inputs = shape.inputElements(), targets = shape.targets;
  input_.resize(size_t(count * inputs));
  target_.resize(size_t(count * targets));
  std::exception_ptr failure;
  std::mutex lock;
  parallelFor((count + readSlice - 1) / readSlice, [&](int64_t s) {
    try {
      const int64_t begin = s * readSlice, size = std::min(readSlice, count - begin);
      data_.read(samples.subspan(size_t(begin), size_t(size)), augmentation, input_.data() + begin * inputs,
                 target_.data() + begin * targets);
    } catch (...) {
      const std::scoped_lock guard(lock);
      failure = std::current_exception();
    }
  });
  if (failure)
    std::rethrow_exception(failure);
  if (dtype_ != FLEXRT_F64)
    return {input_.data(), target_.data(), count, first};
  wideInput_.assign(input_.begin(), input_.end());
  wideTarget_.assign(target_.begin(), target_.end());
  return {wideInput_.data(), wideTarget_.data(), count, first};
}

} // namespace flexrt
