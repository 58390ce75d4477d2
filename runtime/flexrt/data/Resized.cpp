// Resolution is changed when a batch is read: normalisation is affine and commutes with it. Done by libtorch.
#include "flexrt/data/Resized.h"

#include "flexrt/core/Error.h"

#include <ATen/Parallel.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include <utility>

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
  const Normalisation *normalisation() const override { return inner->normalisation(); }

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

std::vector<float> resize(const float *values, int64_t count, std::array<int64_t, 2> from, std::array<int64_t, 2> to) {
  const c10::InferenceMode noGradients;
  thread_local const bool alone = (at::set_num_threads(1), true); // the pool's threads are enough
  (void)alone;
  if (from[1] == 1 && to[1] == 1) { // a sequence is an image of one row
    std::swap(from[0], from[1]);
    std::swap(to[0], to[1]);
  }
  const at::Tensor x = at::from_blob(const_cast<float *>(values), {1, count, from[0], from[1]});
  const at::Tensor y = at::_upsample_bilinear2d_aa(x, at::IntArrayRef{to[0], to[1]}, /*align_corners=*/false).contiguous();
  return {y.const_data_ptr<float>(), y.const_data_ptr<float>() + y.numel()};
}

std::unique_ptr<Dataset> makeResized(std::unique_ptr<Dataset> inner, std::array<int64_t, 2> size) {
  if (inner->shape().size == size) // as the paper's procedure: nothing is done to what has the size
    return inner;
  return std::make_unique<Resized>(std::move(inner), size);
}

} // namespace flexrt
