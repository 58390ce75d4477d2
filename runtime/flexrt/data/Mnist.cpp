// MNIST's idx files (and those of the sets made after it): big-endian header, then bytes. Gzipped or not.
#include "flexrt/core/Error.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Files.h"
#include "flexrt/data/Sets.h"

namespace flexrt {
namespace {

struct Idx {
  std::vector<int64_t> shape;
  std::vector<uint8_t> values;
};

std::string hex(uint32_t value) {
  char text[11];
  std::snprintf(text, sizeof(text), "0x%08x", value);
  return text;
}

/// An idx file of bytes with `axes` axes.
Idx readIdx(const std::string &path, int axes) {
  std::vector<uint8_t> bytes = readDataFile(path);
  const auto word = [&](size_t i) {
    const uint8_t *b = &bytes[4 * i];
    return uint32_t(b[0]) << 24 | uint32_t(b[1]) << 16 | uint32_t(b[2]) << 8 | b[3];
  };
  const size_t header = 4 + 4 * size_t(axes);
  if (bytes.size() < header)
    requireSize(path, header, bytes.size());
  const uint32_t magic = 0x800 | uint32_t(axes); // type 8: unsigned bytes
  if (word(0) != magic)
    throw Error("'" + path + "' is not the idx file that its name says: it starts with " + hex(word(0)) +
                ", expected " + hex(magic));
  Idx result;
  unsigned __int128 count = 1;
  for (int axis = 1; axis <= axes; ++axis) {
    result.shape.push_back(word(axis));
    count *= word(axis);
  }
  requireSize(path, count > UINT64_MAX - header ? UINT64_MAX : header + uint64_t(count), bytes.size());
  bytes.erase(bytes.begin(), bytes.begin() + header);
  result.values = std::move(bytes);
  return result;
}

} // namespace

std::unique_ptr<Dataset> makeMnist(Arguments &arguments, const DatasetRequest &request) {
  const DataFolder folder{"mnist", request.root, {"", "mnist", "MNIST/raw"}, "https://yann.lecun.com/exdb/mnist/"};
  const std::string part = request.split == Split::train ? "train" : "t10k";
  const auto find = [&](const std::string &name) { return folder.find({name, name + ".gz"}); };
  const std::string imagesPath = find(part + "-images-idx3-ubyte"), labelsPath = find(part + "-labels-idx1-ubyte");
  Idx images = readIdx(imagesPath, 3), labels = readIdx(labelsPath, 1);
  if (images.shape[0] != labels.shape[0])
    throw Error("'" + imagesPath + "' has " + std::to_string(images.shape[0]) + " images, but '" + labelsPath +
                "' has " + std::to_string(labels.shape[0]) + " labels");
  if (images.values.empty())
    throw Error("'" + imagesPath + "' holds no images");
  requireLabels(labelsPath, labels.values, 10);

  const DatasetShape shape{.samples = images.shape[0], .channels = 1, .rank = 2,
                           .size = {images.shape[1], images.shape[2]}, .classes = 10, .targets = 1};
  Augmenter augmenter(arguments.node("augment"), arguments.name(), shape);
  Normalisation normalisation = normalisationOf(arguments, 1, {{0.1307}, {0.3081}});
  return std::make_unique<ArrayDataset>(shape, std::move(images.values),
                                        std::vector<float>(labels.values.begin(), labels.values.end()),
                                        std::move(normalisation), std::move(augmenter));
}

} // namespace flexrt
