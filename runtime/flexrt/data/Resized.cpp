// Resolution is changed when a batch is read: normalisation, which comes before, is affine and commutes with it.
#include "flexrt/data/Resized.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Resize.h"
#include "flexrt/data/Preparation.h"

#include <algorithm>

namespace flexrt {
namespace {

class Resized final : public Dataset {
public:
  Resized(std::unique_ptr<Dataset> set, std::array<int64_t, 2> size) : inner(std::move(set)), shape_(inner->shape()) {
    const int64_t points = shape_.size[0] * shape_.size[1];
    if (shape_.targets > 1 && shape_.targets % points == 0)
      throw Error("a set with an answer at each point cannot be resized: its answers would have to be, too", {},
                  ExitCode::usage);
    shape_.size = size;
  }

  const DatasetShape &shape() const override { return shape_; }
  Preparation preparation() const override {
    Preparation result = inner->preparation();
    result.add(steps::fit(shape_.size), shape_.size);
    return result;
  }

  void read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
            float *targets) const override {
    const DatasetShape &stored = inner->shape();
    std::vector<float> whole(indices.size() * size_t(stored.inputElements()));
    inner->read(indices, augmentation, whole.data(), targets);
    const std::vector<float> small = resize(whole.data(), int64_t(indices.size()) * stored.channels, stored.size, shape_.size);
    std::copy(small.begin(), small.end(), inputs);
  }

private:
  std::unique_ptr<Dataset> inner;
  DatasetShape shape_;
};

} // namespace

std::unique_ptr<Dataset> makeResized(std::unique_ptr<Dataset> inner, std::array<int64_t, 2> size) {
  if (inner->shape().size == size) // as the paper's procedure: nothing is done to what has the size
    return inner;
  return std::make_unique<Resized>(std::move(inner), size);
}

} // namespace flexrt
