#include "flexrt/train/Batches.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"

#include <algorithm>
#include <numeric>

namespace flexrt {
namespace {

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
    throw Error("the data (" + description + ") has " + what + " " + std::to_string(has) +
                    ", but the network was compiled for " + std::to_string(wants),
                "that is part of the network's structure: change it in the .flex file, or with flexc compile -D");
  };
  if (shape.rank != model.inputRank())
    differ("a number of axes of", shape.rank, model.inputRank());
  if (shape.channels != model.inputChannels())
    differ("a number of channels of", shape.channels, model.inputChannels());
  if (shape.classes > model.outputChannels())
    differ("a number of classes of", shape.classes, model.outputChannels());
  if (const int64_t targets = model.targetElements(shape.size); shape.targets != targets)
    differ("a number of targets for each sample of", shape.targets, targets);
  if (shape.samples < 1)
    throw Error("the data (" + description + ") has no samples");
}

BatchSource::BatchSource(const Dataset &data, int32_t dtype, std::vector<int64_t> samples, int64_t batch,
                         std::optional<Augmentation> augmentation)
    : loader_(data, std::move(samples), batch, augmentation), shape_(data.shape()), dtype_(dtype) {}

std::optional<BatchView> BatchSource::next() {
  const Batch *batch = loader_.next();
  if (!batch)
    return std::nullopt;
  BatchView view{batch->inputs.data(),   batch->targets.data(), batch->samples, 0,
                 shape_.inputElements(), shape_.targets};
  if (dtype_ == FLEXRT_F64) {
    input_.assign(batch->inputs.begin(), batch->inputs.end());
    target_.assign(batch->targets.begin(), batch->targets.end());
    view.input = input_.data();
    view.target = target_.data();
  }
  return view;
}

} // namespace flexrt
