// Images as sequences: pixel by pixel, row by row. What is stored as [C][H][W] is [C][H * W] already, so only the shape
// changes; augmentation stays the image's.
#include "flexrt/core/Error.h"
#include "flexrt/data/Preparation.h"
#include "flexrt/data/Sets.h"

namespace flexrt {
namespace {

class Sequential : public Dataset {
public:
  explicit Sequential(std::unique_ptr<Dataset> images) : images(std::move(images)), shape_(this->images->shape()) {
    shape_.rank = 1;
    shape_.size = {shape_.size[0] * shape_.size[1], 1};
  }

  const DatasetShape &shape() const override { return shape_; }
  Preparation preparation() const override {
    Preparation result = images->preparation();
    result.add(steps::flatten(), shape_.size);
    result.add(steps::fit(shape_.size), shape_.size);
    return result;
  }

  void read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
            float *targets) const override {
    images->read(indices, augmentation, inputs, targets);
  }

private:
  std::unique_ptr<Dataset> images;
  DatasetShape shape_;
};

} // namespace

std::unique_ptr<Dataset> makeSequential(Arguments &arguments, const DatasetRequest &request) {
  const YAML::Node inner = arguments.node("images");
  if (!inner)
    throw Error("'sequential' needs a set of images, such as sequential(mnist)", {}, ExitCode::usage);
  auto images = makeDataset(inner, request);
  if (images->shape().rank != 2)
    throw Error("'sequential' needs a set of images, and '" + Arguments(inner).name() + "' holds sequences", {},
                ExitCode::usage);
  return std::make_unique<Sequential>(std::move(images));
}

} // namespace flexrt
