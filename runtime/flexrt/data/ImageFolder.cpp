// PNG files in folders: <folder>/train/<class>/*.png and <folder>/test/<class>/*.png, all of one size.
#include "flexrt/core/Error.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Files.h"
#include "flexrt/core/Png.h"
#include "flexrt/data/Sets.h"

#include <algorithm>
#include <filesystem>

namespace flexrt {
namespace fs = std::filesystem;
namespace {

struct Part {
  std::vector<uint8_t> images;
  std::vector<float> labels;
  DatasetShape shape;
};

Part readPart(const fs::path &folder, const std::vector<std::string> &classes, int64_t channels) {
  Part part;
  part.shape = {.channels = channels, .rank = 2, .classes = int64_t(classes.size()), .targets = 1};
  std::string first;
  for (size_t label = 0; label < classes.size(); ++label)
    for (const std::string &path : listFiles(folder / classes[label], ".png")) {
      const Picture picture = withChannels(readPng(path), channels, path);
      if (first.empty()) {
        first = path;
        part.shape.size = {picture.height, picture.width};
      }
      if (part.shape.size != std::array{picture.height, picture.width})
        throw Error("'" + path + "' is " + std::to_string(picture.height) + "x" + std::to_string(picture.width) +
                        ", but '" + first + "' is " + std::to_string(part.shape.size[0]) + "x" +
                        std::to_string(part.shape.size[1]),
                    "all images of a set have one size");
      part.images.insert(part.images.end(), picture.bytes.begin(), picture.bytes.end());
      part.labels.push_back(float(label));
    }
  part.shape.samples = int64_t(part.labels.size());
  if (first.empty())
    throw Error("the folders in '" + folder.string() + "' hold no PNG files");
  return part;
}

} // namespace

std::unique_ptr<Dataset> makeImageFolder(Arguments &arguments, const DatasetRequest &request) {
  const fs::path folder = fs::path(request.root) / arguments.text("folder", "");
  const int64_t channels = arguments.integer("channels", 3, 1, 3);
  if (channels == 2)
    throw Error("'image_folder' reads images of 1 or 3 channels, not 2", {}, ExitCode::usage);
  // Both splits have the classes of training.
  const std::vector<std::string> classes = listFolders(folder / "train");
  requireDeclaredClasses(arguments, int64_t(classes.size()));
  const std::vector<std::string> testClasses = listFolders(folder / "test");
  for (const std::string &name : testClasses)
    if (!std::binary_search(classes.begin(), classes.end(), name))
      throw Error("'" + (folder / "test" / name).string() + "' is a class that '" + (folder / "train").string() +
                  "' does not have");
  Part train = readPart(folder / "train", classes, channels);
  const Normalisation normalisation = normalisationOf(arguments, channels, measure(train.images, train.shape));
  if (request.split == Split::test) {
    Part test = readPart(folder / "test", testClasses, channels);
    if (test.shape.size != train.shape.size)
      throw Error("the images in '" + (folder / "test").string() + "' have another size than those in '" +
                  (folder / "train").string() + "'");
    for (float &label : test.labels) // numbers among the test's classes
      label = float(std::lower_bound(classes.begin(), classes.end(), testClasses[size_t(label)]) - classes.begin());
    test.shape.classes = train.shape.classes;
    train = std::move(test);
  }
  Augmenter augmenter(arguments.node("augment"), arguments.name(), train.shape);
  return std::make_unique<ArrayDataset>(train.shape, std::move(train.images), std::move(train.labels), normalisation,
                                        std::move(augmenter));
}

} // namespace flexrt
