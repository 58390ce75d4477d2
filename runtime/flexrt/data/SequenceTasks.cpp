// Synthetic sequence tasks; every sample is drawn when it is read, from (seed, index).
#include "flexrt/core/Random.h"
#include "flexrt/data/Preparation.h"
#include "flexrt/data/Sets.h"

#include <algorithm>

namespace flexrt {
namespace {

constexpr int64_t mostSteps = int64_t{1} << 24, mostSamples = int64_t{1} << 32;

/// Arguments that the tasks share.
DatasetShape taskShape(Arguments &arguments, const DatasetRequest &request, int64_t steps, int64_t least,
                       int64_t train) {
  DatasetShape shape{.channels = 1, .rank = 1};
  shape.size[0] = arguments.integer("steps", steps, least, mostSteps);
  const int64_t trainSamples = arguments.integer("train", train, 1, mostSamples);
  const int64_t testSamples = arguments.integer("test", 1000, 1, mostSamples);
  shape.samples = request.split == Split::train ? trainSamples : testSamples;
  return shape;
}

std::string purpose(const char *task, Split split) {
  return std::string(task) + (split == Split::train ? ".train" : ".test");
}

/// The adding problem (Hochreiter and Schmidhuber 1997, as in Bai, Kolter and Koltun 2018): channel 0 is uniform in [0, 1),
/// channel 1 marks two places, the target is the sum of what stands there.
class Adding : public Dataset {
public:
  Adding(DatasetShape shape, const DatasetRequest &request)
      : shape_(shape), values(request.seed, purpose("adding", request.split)),
        marks(request.seed, purpose("adding", request.split), 1) {
    shape_.channels = 2;
    shape_.classes = 0;
  }

  const DatasetShape &shape() const override { return shape_; }
  Preparation preparation() const override { return Preparation(shape_); }

  void read(std::span<const int64_t> indices, std::optional<Augmentation>, float *inputs,
            float *targets) const override {
    const int64_t steps = shape_.size[0];
    for (const int64_t index : indices) {
      float *value = inputs, *mark = inputs + steps;
      for (int64_t t = 0; t < steps; ++t)
        value[t] = float(values.uniform(uint64_t(index * steps + t)));
      const auto first = int64_t(marks.below(index, steps));
      const auto shift = 1 + int64_t(marks.below(index, steps - 1, 1));
      const int64_t second = (first + shift) % steps;
      std::fill_n(mark, steps, 0.0f);
      mark[first] = mark[second] = 1;
      *targets++ = value[first] + value[second];
      inputs += 2 * steps;
    }
  }

private:
  DatasetShape shape_;
  Stream values, marks;
};

/// Copy memory (Bai, Kolter and Koltun 2018): ten symbols from 1 to 8, a silence, and from step T + 9 on the marker 9, at which
/// the symbols are to be repeated. T + 20 steps; the target is a class a step, 0 but for the last ten.
class CopyMemory : public Dataset {
public:
  CopyMemory(DatasetShape shape, const DatasetRequest &request)
      : shape_(shape), symbols(request.seed, purpose("copy_memory", request.split)) {
    shape_.size[0] += 2 * length;
    shape_.classes = 10;
    shape_.targets = shape_.size[0];
  }

  const DatasetShape &shape() const override { return shape_; }
  Preparation preparation() const override { return Preparation(shape_); }

  void read(std::span<const int64_t> indices, std::optional<Augmentation>, float *inputs,
            float *targets) const override {
    const int64_t steps = shape_.size[0];
    for (const int64_t index : indices) {
      std::fill_n(inputs, steps, 0.0f);
      std::fill_n(targets, steps, 0.0f);
      std::fill_n(inputs + steps - length - 1, length + 1, 9.0f);
      for (int64_t i = 0; i < length; ++i)
        inputs[i] = targets[steps - length + i] = float(1 + symbols.below(index, 8, uint32_t(i)));
      inputs += steps;
      targets += steps;
    }
  }

private:
  static constexpr int64_t length = 10;
  DatasetShape shape_;
  Stream symbols;
};

} // namespace

std::unique_ptr<Dataset> makeAdding(Arguments &arguments, const DatasetRequest &request) {
  return std::make_unique<Adding>(taskShape(arguments, request, 200, 2, 50000), request);
}

std::unique_ptr<Dataset> makeCopyMemory(Arguments &arguments, const DatasetRequest &request) {
  return std::make_unique<CopyMemory>(taskShape(arguments, request, 200, 1, 10000), request);
}

} // namespace flexrt
