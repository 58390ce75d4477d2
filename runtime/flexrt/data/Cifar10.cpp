// CIFAR-10's binary files: rows of one label and 3x32x32 bytes, channel by channel.
#include "flexrt/core/Error.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Files.h"
#include "flexrt/data/Sets.h"

namespace flexrt {
namespace {

constexpr int64_t pixels = 3 * 32 * 32, row = 1 + pixels;

void append(const std::string &path, std::vector<uint8_t> &images, std::vector<float> &targets) {
  const std::vector<uint8_t> bytes = readDataFile(path);
  if (bytes.empty() || bytes.size() % row)
    throw Error("'" + path + "' is truncated or no CIFAR-10 file: expected a multiple of " + std::to_string(row) +
                " bytes (a label and 3x32x32 pixels), it has " + std::to_string(bytes.size()));
  std::vector<uint8_t> labels;
  for (size_t at = 0; at < bytes.size(); at += row) {
    labels.push_back(bytes[at]);
    images.insert(images.end(), bytes.begin() + at + 1, bytes.begin() + at + row);
  }
  requireLabels(path, labels, 10);
  targets.insert(targets.end(), labels.begin(), labels.end());
}

} // namespace

std::unique_ptr<Dataset> makeCifar10(Arguments &arguments, const DatasetRequest &request) {
  const DataFolder folder{"cifar10", request.root, {"", "cifar10", "cifar-10-batches-bin"},
                          "https://www.cs.toronto.edu/~kriz/cifar.html (binary version)"};
  // The training part may be some of the five files only.
  const std::vector<std::string> paths = request.split == Split::train
                                             ? folder.findAll("data_batch_", ".bin")
                                             : std::vector{folder.find({"test_batch.bin"})};
  std::vector<uint8_t> images;
  std::vector<float> targets;
  for (const std::string &path : paths)
    append(path, images, targets);

  const DatasetShape shape{.samples = int64_t(targets.size()), .channels = 3, .rank = 2, .size = {32, 32},
                           .classes = 10, .targets = 1};
  Augmenter augmenter(arguments.node("augment"), arguments.name(), shape);
  // ImageNet's constants: the FlexConv authors use them for CIFAR-10 too.
  Normalisation normalisation =
      normalisationOf(arguments, 3, {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}});
  return std::make_unique<ArrayDataset>(shape, std::move(images), std::move(targets), std::move(normalisation),
                                        std::move(augmenter));
}

} // namespace flexrt
