// STL-10's binary files: 3x96x96 bytes an image, channel by channel, and within a channel column by column; labels from 1.
#include "flexrt/core/Error.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Files.h"
#include "flexrt/data/Sets.h"

namespace flexrt {
namespace {

constexpr int64_t side = 96, plane = side * side, pixels = 3 * plane;

/// Rows instead of columns, in place.
void transpose(uint8_t *image) {
  for (int64_t y = 0; y < side; ++y)
    for (int64_t x = 0; x < y; ++x)
      std::swap(image[y * side + x], image[x * side + y]);
}

} // namespace

std::unique_ptr<Dataset> makeStl10(Arguments &arguments, const DatasetRequest &request) {
  const DataFolder folder{"stl10", request.root, {"", "stl10", "stl10_binary"},
                          "https://cs.stanford.edu/~acoates/stl10/ (binary files)"};
  const std::string part = request.split == Split::train ? "train" : "test";
  const std::string imagesPath = folder.find({part + "_X.bin"}), labelsPath = folder.find({part + "_y.bin"});
  std::vector<uint8_t> images = readDataFile(imagesPath), labels = readDataFile(labelsPath);
  if (labels.empty())
    throw Error("'" + labelsPath + "' holds no labels");
  requireSize(imagesPath, labels.size() * uint64_t(pixels), images.size());
  for (size_t i = 0; i < labels.size(); ++i)
    if (labels[i]-- == 0)
      throw Error("label 0 of sample " + std::to_string(i) + " in '" + labelsPath +
                  "' is out of range: expected 1 to 10");
  requireLabels(labelsPath, labels, 10);
  for (size_t at = 0; at < images.size(); at += size_t(plane))
    transpose(&images[at]);

  const DatasetShape shape{.samples = int64_t(labels.size()), .channels = 3, .rank = 2, .size = {side, side},
                           .classes = 10, .targets = 1};
  Augmenter augmenter(arguments.node("augment"), arguments.name(), shape);
  Normalisation normalisation =
      normalisationOf(arguments, 3, {{0.4467, 0.4398, 0.4066}, {0.2603, 0.2566, 0.2713}});
  return std::make_unique<ArrayDataset>(shape, std::move(images), std::vector<float>(labels.begin(), labels.end()),
                                        std::move(normalisation), std::move(augmenter));
}

} // namespace flexrt
