// CIFAR's binary files: rows of labels and 3x32x32 bytes, channel by channel. CIFAR-100 has two labels, a coarse and a fine one.
#include "flexrt/core/Error.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Files.h"
#include "flexrt/data/Sets.h"

namespace flexrt {
namespace {

constexpr int64_t pixels = 3 * 32 * 32;

/// How a row begins: so many labels, of which one counts.
struct Labels {
  int64_t count, used, classes;
};

void append(const std::string &path, const Labels &kind, std::vector<uint8_t> &images, std::vector<float> &targets) {
  const std::vector<uint8_t> bytes = readDataFile(path);
  const int64_t row = kind.count + pixels;
  if (bytes.empty() || int64_t(bytes.size()) % row)
    throw Error("'" + path + "' is truncated or no file of the set: expected a multiple of " + std::to_string(row) +
                " bytes (" + std::to_string(kind.count) + (kind.count > 1 ? " labels" : " label") +
                " and 3x32x32 pixels), it has " + std::to_string(bytes.size()));
  std::vector<uint8_t> labels;
  for (auto at = bytes.begin(); at != bytes.end(); at += row) {
    labels.push_back(at[kind.used]);
    images.insert(images.end(), at + kind.count, at + row);
  }
  requireLabels(path, labels, kind.classes);
  targets.insert(targets.end(), labels.begin(), labels.end());
}

std::unique_ptr<Dataset> readCifar(Arguments &arguments, const std::vector<std::string> &paths, const Labels &kind) {
  std::vector<uint8_t> images;
  std::vector<float> targets;
  for (const std::string &path : paths)
    append(path, kind, images, targets);
  const DatasetShape shape{.samples = int64_t(targets.size()), .channels = 3, .rank = 2, .size = {32, 32},
                           .classes = kind.classes, .targets = 1};
  Augmenter augmenter(arguments.node("augment"), arguments.name(), shape);
  // ImageNet's constants: the FlexConv authors use them for CIFAR-10 too.
  Normalisation normalisation =
      normalisationOf(arguments, 3, {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}});
  return std::make_unique<ArrayDataset>(shape, std::move(images), std::move(targets), std::move(normalisation),
                                        std::move(augmenter));
}

} // namespace

std::unique_ptr<Dataset> makeCifar10(Arguments &arguments, const DatasetRequest &request) {
  const DataFolder folder{"cifar10", request.root, {"", "cifar10", "cifar-10-batches-bin"},
                          "https://www.cs.toronto.edu/~kriz/cifar.html (binary version)"};
  // The training part may be some of the five files only.
  const bool training = request.split == Split::train;
  return readCifar(arguments,
                   training ? folder.findAll("data_batch_", ".bin") : std::vector{folder.find({"test_batch.bin"})},
                   {1, 0, 10});
}

std::unique_ptr<Dataset> makeCifar100(Arguments &arguments, const DatasetRequest &request) {
  const DataFolder folder{"cifar100", request.root, {"", "cifar100", "cifar-100-binary"},
                          "https://www.cs.toronto.edu/~kriz/cifar.html (binary version)"};
  const std::string path = folder.find({request.split == Split::train ? "train.bin" : "test.bin"});
  const bool coarse = arguments.flag("coarse", false);
  return readCifar(arguments, {path}, coarse ? Labels{2, 0, 20} : Labels{2, 1, 100});
}

} // namespace flexrt
