// The downsampled ImageNet (Chrabaszcz, Loshchilov and Hutter 2017): pickled batches train_data_batch_1 to _10 and val_data, each
// a dict with `data`, an array of bytes [images][3 * size * size], and `labels`, a list of class numbers from 1.
#include "flexrt/checkpoint/Pickle.h"
#include "flexrt/core/Error.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Files.h"
#include "flexrt/data/Sets.h"

namespace flexrt {
namespace {

using pickle::Value;

class BatchFile {
public:
  BatchFile(const std::string &path, int64_t pixels) : path(path), pixels(pixels) {}

  void append(std::vector<uint8_t> &images, std::vector<float> &targets) const {
    const std::vector<uint8_t> bytes = readDataFile(path);
    try {
      const pickle::Document document({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
      const Value *data = document.root().find("data"), *labels = document.root().find("labels");
      if (!data || !labels)
        throw Error("'" + path + "' is no batch of the downsampled ImageNet: expected a dict with 'data' and 'labels'");
      const std::string_view values = arrayBytes(*data);
      if (values.size() != labels->items.size() * uint64_t(pixels))
        throw Error("'data' in '" + path + "' has " + std::to_string(values.size()) + " bytes, expected " +
                    std::to_string(pixels) + " for each of the " + std::to_string(labels->items.size()) + " labels");
      images.insert(images.end(), values.begin(), values.end());
      for (const Value *label : labels->items) {
        if (label->kind != Value::Int || label->integer < 1 || label->integer > 1000)
          throw Error("label " + std::to_string(targets.size()) + " in '" + path + "' is out of range: expected 1 to 1000");
        targets.push_back(float(label->integer - 1));
      }
    } catch (const std::runtime_error &error) {
      if (dynamic_cast<const Error *>(&error))
        throw;
      throw Error("cannot read '" + path + "': " + error.what(),
                  "pickles of protocol 2 or later are read; the original files are of that kind");
    }
  }

private:
  std::string path;
  int64_t pixels;

  /// NumPy pickles an array as a call of _reconstruct and a state (version, shape, type, order, bytes).
  std::string_view arrayBytes(const Value &value) const {
    const Value *state = value.state;
    if (!value.callee().ends_with("multiarray _reconstruct") || !state || state->items.size() != 5 ||
        state->items[4]->kind != Value::Text)
      throw Error("'data' in '" + path + "' is no array of NumPy");
    const Value &type = *state->items[2];
    const bool isBytes = type.kind == Value::Call && type.items[1]->items.size() > 0 && type.items[1]->items[0]->text == "u1";
    if (!isBytes || state->items[3]->integer)
      throw Error("'data' in '" + path + "' is no array of bytes in C order");
    return state->items[4]->text;
  }
};

} // namespace

std::unique_ptr<Dataset> makeImageNet(Arguments &arguments, const DatasetRequest &request) {
  const int64_t size = arguments.integer("size", 32, 8, 64);
  const std::string name = "imagenet" + std::to_string(size);
  const DataFolder folder{"imagenet", request.root, {name, "Imagenet" + std::to_string(size)},
                          "https://image-net.org/download-images (downsampled, " + std::to_string(size) + "x" +
                              std::to_string(size) + ")"};
  const std::vector<std::string> paths = request.split == Split::train ? folder.findAll("train_data_batch_", "")
                                                                       : std::vector{folder.find({"val_data"})};
  std::vector<uint8_t> images;
  std::vector<float> targets;
  for (const std::string &path : paths)
    BatchFile(path, 3 * size * size).append(images, targets);
  if (targets.empty())
    throw Error("'" + paths.front() + "' holds no images");
  const DatasetShape shape{.samples = int64_t(targets.size()), .channels = 3, .rank = 2, .size = {size, size},
                           .classes = 1000, .targets = 1};
  Augmenter augmenter(arguments.node("augment"), arguments.name(), shape);
  Normalisation normalisation = normalisationOf(arguments, 3, {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}});
  return std::make_unique<ArrayDataset>(shape, std::move(images), std::move(targets), std::move(normalisation),
                                        std::move(augmenter));
}

} // namespace flexrt
