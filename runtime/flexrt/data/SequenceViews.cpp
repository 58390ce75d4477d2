// Sequences made of other sets when they are read: rows of images as steps, steps in another order, noise behind the signal,
// steps left out. What is drawn for them belongs to the task: it is a function of the argument `seed`, not of the run's.
#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"
#include "flexrt/data/Sets.h"

#include <algorithm>
#include <numeric>

namespace flexrt {
namespace {

constexpr int64_t mostSeed = int64_t{1} << 32;

/// Reads another set's samples and changes each on its own.
class View : public Dataset {
public:
  explicit View(std::unique_ptr<Dataset> inner) : inner(std::move(inner)), shape_(this->inner->shape()) {}

  const DatasetShape &shape() const override { return shape_; }
  int64_t steps(int64_t index) const override { return inner->steps(index); }

  void read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
            float *targets) const override {
    const int64_t each = inner->shape().inputElements();
    std::vector<float> stored(indices.size() * size_t(each));
    inner->read(indices, augmentation, stored.data(), targets);
    for (size_t i = 0; i < indices.size(); ++i)
      change(indices[i], stored.data() + int64_t(i) * each, inputs + int64_t(i) * shape_.inputElements());
  }

protected:
  /// Sample `index`: [C][size...] of the inner set to [C][size...] of this one.
  virtual void change(int64_t index, const float *from, float *to) const = 0;

  std::unique_ptr<Dataset> inner;
  DatasetShape shape_;
};

/// Step t is row t, its channels are the row's pixels: channel c * width + x.
class Rows : public View {
public:
  explicit Rows(std::unique_ptr<Dataset> images) : View(std::move(images)) {
    shape_.rank = 1;
    shape_.channels *= shape_.size[1];
    shape_.size[1] = 1;
  }
  int64_t steps(int64_t) const override { return shape_.size[0]; }

private:
  void change(int64_t, const float *from, float *to) const override {
    const auto [height, width] = inner->shape().size;
    for (int64_t c = 0; c < inner->shape().channels; ++c)
      for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x)
          to[(c * width + x) * height + y] = *from++;
  }
};

class Permuted : public View {
public:
  Permuted(std::unique_ptr<Dataset> sequences, const Stream &stream) : View(std::move(sequences)) {
    order.resize(size_t(shape_.size[0]));
    std::iota(order.begin(), order.end(), int64_t{0});
    for (size_t i = order.size(); i > 1; --i) // Fisher and Yates
      std::swap(order[i - 1], order[stream.below(i, i)]);
  }

private:
  void change(int64_t, const float *from, float *to) const override {
    for (int64_t c = 0; c < shape_.channels; ++c, from += order.size())
      for (const int64_t t : order)
        *to++ = from[t];
  }

  std::vector<int64_t> order;
};

/// Standard normal noise, the same behind every sample of either split.
class NoisePadded : public View {
public:
  NoisePadded(std::unique_ptr<Dataset> sequences, int64_t length, const Stream &stream) : View(std::move(sequences)) {
    const int64_t added = length - shape_.size[0];
    for (int64_t i = 0; i < shape_.channels * added; ++i)
      noise.push_back(float(stream.normal(uint64_t(i))));
    shape_.size[0] = length;
  }
  int64_t steps(int64_t index) const override { return inner->steps(index) + shape_.size[0] - inner->shape().size[0]; }

private:
  void change(int64_t, const float *from, float *to) const override {
    const int64_t steps = inner->shape().size[0], added = shape_.size[0] - steps;
    for (int64_t c = 0; c < shape_.channels; ++c) {
      to = std::copy_n(from + c * steps, steps, to);
      to = std::copy_n(noise.data() + c * added, added, to);
    }
  }

  std::vector<float> noise; ///< [channels][added steps]
};

/// Of each sample's own steps a share is missing: 0 in all channels. One more channel is 1 where a step is there.
class DropSamples : public View {
public:
  DropSamples(std::unique_ptr<Dataset> sequences, double rate, const Stream &stream)
      : View(std::move(sequences)), rate(rate), stream(stream) {
    ++shape_.channels;
  }

private:
  void change(int64_t index, const float *from, float *to) const override {
    const int64_t length = shape_.size[0], own = steps(index);
    std::vector<int64_t> order(static_cast<size_t>(own));
    std::iota(order.begin(), order.end(), length - own);
    float *there = to + (shape_.channels - 1) * length;
    std::fill_n(there, length - own, 0.0f);
    std::fill_n(there + length - own, own, 1.0f);
    const auto missing = int64_t(double(own) * rate);
    for (int64_t i = 0; i < missing; ++i) {
      std::swap(order[size_t(i)], order[size_t(i) + stream.below(uint64_t(index), uint64_t(own - i), uint32_t(i))]);
      there[order[size_t(i)]] = 0;
    }
    for (int64_t c = 0; c + 1 < shape_.channels; ++c)
      for (int64_t t = 0; t < length; ++t)
        // What comes before a sequence stays as it is: 0, or whatever it was padded with.
        *to++ = t >= length - own && there[t] == 0 ? (++from, 0.0f) : *from++;
  }

  double rate;
  Stream stream;
};

/// The set that a view is made of.
std::unique_ptr<Dataset> innerOf(Arguments &arguments, const DatasetRequest &request, int rank) {
  const char *key = rank == 2 ? "images" : "sequences";
  const YAML::Node inner = arguments.node(key);
  if (!inner)
    throw Error("'" + arguments.name() + "' needs a set of " + key, {}, ExitCode::usage);
  auto set = makeDataset(inner, request);
  if (set->shape().rank != rank)
    throw Error("'" + arguments.name() + "' needs a set of " + key + ", and '" + Arguments(inner).name() + "' holds " +
                    (rank == 2 ? "sequences" : "images"),
                {}, ExitCode::usage);
  return set;
}

} // namespace

std::unique_ptr<Dataset> makeRows(Arguments &arguments, const DatasetRequest &request) {
  return std::make_unique<Rows>(innerOf(arguments, request, 2));
}

std::unique_ptr<Dataset> makePermuted(Arguments &arguments, const DatasetRequest &request) {
  auto sequences = innerOf(arguments, request, 1);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, mostSeed));
  // The authors drew another order for the test split, so that their network was tested on another task.
  const bool another = arguments.flag("compat", false) && request.split == Split::test;
  return std::make_unique<Permuted>(std::move(sequences), Stream(seed, "permutation", another));
}

std::unique_ptr<Dataset> makeNoisePadded(Arguments &arguments, const DatasetRequest &request) {
  auto sequences = innerOf(arguments, request, 1);
  const int64_t length = arguments.integer("length", 1000, sequences->shape().size[0], int64_t{1} << 24);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, mostSeed));
  return std::make_unique<NoisePadded>(std::move(sequences), length, Stream(seed, "noise"));
}

std::unique_ptr<Dataset> makeDropSamples(Arguments &arguments, const DatasetRequest &request) {
  auto sequences = innerOf(arguments, request, 1);
  const double rate = arguments.real("rate", 0.3, 0, 1);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, mostSeed));
  return std::make_unique<DropSamples>(std::move(sequences), rate,
                                       Stream(seed, request.split == Split::train ? "drop.train" : "drop.test"));
}

} // namespace flexrt
