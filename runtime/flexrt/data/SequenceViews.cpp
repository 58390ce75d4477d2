// Sequences made of other sets when they are read: rows of images as steps, steps in another order, noise behind the signal,
// steps left out. What is drawn for them belongs to the task: it is a function of the argument `seed`, not of the run's.
#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"
#include "flexrt/data/Preparation.h"
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

/// A view by a step that can be done to one more sample, too.
class Stepped : public View {
public:
  Stepped(std::unique_ptr<Dataset> set, Step step) : View(std::move(set)), step(std::move(step)) {}

  Preparation preparation() const override {
    Preparation result = inner->preparation();
    result.add(step, shape_.size);
    return result;
  }

private:
  void change(int64_t, const float *from, float *to) const override {
    const DatasetShape &stored = inner->shape();
    Sample sample{stored.channels, stored.rank, stored.size, {from, from + stored.inputElements()}, {}, 0};
    step->apply(sample);
    std::copy(sample.values.begin(), sample.values.end(), to);
  }

  Step step;
};

class Rows final : public Stepped {
public:
  explicit Rows(std::unique_ptr<Dataset> images) : Stepped(std::move(images), steps::rows()) {
    shape_.rank = 1;
    shape_.channels *= shape_.size[1];
    shape_.size[1] = 1;
  }
  int64_t steps(int64_t) const override { return shape_.size[0]; }
};

class NoisePadded final : public Stepped {
public:
  NoisePadded(std::unique_ptr<Dataset> sequences, Step noise, int64_t length)
      : Stepped(std::move(sequences), std::move(noise)) {
    shape_.size[0] = length;
  }
  int64_t steps(int64_t index) const override { return inner->steps(index) + shape_.size[0] - inner->shape().size[0]; }
};

/// The authors drew another order for the test split, so that their network was tested on another task.
class PermutedAnew final : public Stepped {
public:
  using Stepped::Stepped;
  Preparation preparation() const override {
    Preparation result = inner->preparation();
    result.add(steps::refuse("with compat the steps of training and of the test have another order, and a file is of neither"),
               shape_.size);
    return result;
  }
};

/// Of each sample's own steps a share is missing: 0 in all channels. One more channel is 1 where a step is there.
class DropSamples : public View {
public:
  DropSamples(std::unique_ptr<Dataset> sequences, double rate, const Stream &stream)
      : View(std::move(sequences)), rate(rate), stream(stream) {
    ++shape_.channels;
  }
  Preparation preparation() const override {
    Preparation result = inner->preparation();
    result.add(steps::refuse("which of its steps are left out was drawn by the number of the sample, which a file has not"),
               shape_.size);
    return result;
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
  const bool compat = arguments.flag("compat", false);
  Step order = steps::permute(sequences->shape().size[0], seed, compat && request.split == Split::test);
  if (compat)
    return std::make_unique<PermutedAnew>(std::move(sequences), std::move(order));
  return std::make_unique<Stepped>(std::move(sequences), std::move(order));
}

std::unique_ptr<Dataset> makeNoisePadded(Arguments &arguments, const DatasetRequest &request) {
  auto sequences = innerOf(arguments, request, 1);
  const int64_t length = arguments.integer("length", 1000, sequences->shape().size[0], int64_t{1} << 24);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, mostSeed));
  const DatasetShape &shape = sequences->shape();
  Step noise = steps::noise(shape.channels, shape.size[0], length, seed);
  return std::make_unique<NoisePadded>(std::move(sequences), std::move(noise), length);
}

std::unique_ptr<Dataset> makeDropSamples(Arguments &arguments, const DatasetRequest &request) {
  auto sequences = innerOf(arguments, request, 1);
  const double rate = arguments.real("rate", 0.3, 0, 1);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, mostSeed));
  return std::make_unique<DropSamples>(std::move(sequences), rate,
                                       Stream(seed, request.split == Split::train ? "drop.train" : "drop.test"));
}

} // namespace flexrt
