// The user's own arrays: npy(x = "x.npy", y = "y.npy", test_x = ..., test_y = ...).
//   x: [N][C][H][W] images, [N][C][T] or [N][T] sequences. Bytes count as multiples of 1/255.
//   y: integers are class numbers: [N], or one at each point, [N][T] or [N][H][W]; reals are targets: [N] or [N][values],
//      or values at each point, [N][values][T] or [N][values][H][W].
// Normalised with `mean` and `std`, or else with those of the training arrays (whatever is held out of them included).
#include "flexrt/core/Error.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Npy.h"
#include "flexrt/data/Sets.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace flexrt {
namespace {

/// One part: the arrays and what they mean. `classes` is what its own labels need.
struct Part {
  DatasetShape shape;
  ArrayDataset::Values values;
  std::vector<float> targets;
};

DatasetShape inputShape(const NpyArray &x) {
  const std::vector<int64_t> &axes = x.shape;
  if (axes.size() < 2 || axes.size() > 4 || x.count() == 0)
    throw Error("'" + x.path + "' has shape " + x.shapeText() +
                ", expected (samples, channels, height, width), (samples, channels, length) or (samples, length)");
  DatasetShape shape{.samples = axes[0], .channels = axes.size() == 2 ? 1 : axes[1], .rank = axes.size() == 4 ? 2 : 1};
  shape.size[0] = axes.size() == 2 ? axes[1] : axes[2];
  shape.size[1] = axes.size() == 4 ? axes[3] : 1;
  return shape;
}

/// Fills in what `y` says: classes or reals, and how many a sample.
std::vector<float> readTargets(const NpyArray &y, const std::string &xPath, DatasetShape &shape) {
  if (y.shape.empty() || y.shape[0] != shape.samples)
    throw Error("'" + y.path + "' has shape " + y.shapeText() + ", expected one row for each of the " +
                std::to_string(shape.samples) + " samples of '" + xPath + "'");
  // What stands between the samples and the points, if it has points.
  const size_t inner = y.shape.size() - std::min(y.shape.size(), size_t(shape.rank));
  const bool hasPoints = std::equal(y.shape.begin() + int64_t(inner), y.shape.end(), shape.size.begin());
  const bool good = y.isInteger() ? y.shape.size() == 1 || (inner == 1 && hasPoints)
                                  : y.shape.size() <= 2 || (inner == 2 && hasPoints);
  if (!good) {
    const std::string values = y.isInteger() ? "" : "values, ", points = shape.rank == 1 ? "length" : "height, width";
    throw Error("'" + y.path + "' has shape " + y.shapeText() + ", expected (samples" + (y.isInteger() ? ",)" : ", values)") +
                " or, with " + (y.isInteger() ? "a class" : "values") + " at each point of '" + xPath + "', (samples, " +
                values + points + ")");
  }
  shape.targets = y.count() / std::max<int64_t>(shape.samples, 1);
  std::vector<float> targets = y.toFloats();
  if (!y.isInteger() || targets.empty())
    return targets;
  const auto [least, most] = std::minmax_element(targets.begin(), targets.end());
  if (*least < 0)
    throw Error("'" + y.path + "' holds the class number " + std::to_string(int64_t(*least)) + ", expected 0 or more");
  if (*most >= 0x1p24f)
    throw Error("'" + y.path + "' holds a class number of 2^24 or more");
  shape.classes = int64_t(*most) + 1;
  return targets;
}

Part readPart(const std::string &xPath, const std::string &yPath) {
  NpyArray x = readNpy(xPath);
  Part part;
  part.shape = inputShape(x);
  part.targets = readTargets(readNpy(yPath), xPath, part.shape);
  if (x.type == NpyArray::Type::u8)
    part.values = std::move(x.bytes);
  else
    part.values = x.toFloats();
  return part;
}

/// Both parts must have samples of one shape; the test part's classes must be known from training.
void requireAlike(const Part &train, const Part &test, int64_t classes, const std::string &path,
                  const std::string &labelsPath) {
  const DatasetShape &a = train.shape, &b = test.shape;
  if (a.channels != b.channels || a.rank != b.rank || a.size != b.size || a.targets != b.targets)
    throw Error("samples of '" + path + "' and their targets have another shape than those of training: " +
                std::to_string(b.channels) + "x" + std::to_string(b.size[0]) + "x" + std::to_string(b.size[1]) +
                " with " + std::to_string(b.targets) + " targets, expected " + std::to_string(a.channels) + "x" +
                std::to_string(a.size[0]) + "x" + std::to_string(a.size[1]) + " with " + std::to_string(a.targets));
  if ((a.classes == 0) != (b.classes == 0))
    throw Error("'" + labelsPath + "' and the targets of training are not both class numbers or both reals");
  if (b.classes > classes)
    throw Error("'" + labelsPath + "' holds the class number " + std::to_string(b.classes - 1) +
                ", expected less than " + std::to_string(classes));
}

} // namespace

std::unique_ptr<Dataset> makeNpy(Arguments &arguments, const DatasetRequest &request) {
  const auto path = [&](const char *key) {
    const std::string given = arguments.text(key, "");
    return given.empty() ? given : (std::filesystem::path(request.root) / given).string();
  };
  const std::string x = path("x"), y = path("y"), testX = path("test_x"), testY = path("test_y");
  const bool testing = request.split == Split::test;
  if (x.empty() || y.empty())
    throw Error("'npy' needs the arguments 'x' and 'y'", "npy(x = \"x.npy\", y = \"y.npy\")", ExitCode::usage);
  if (testing && (testX.empty() || testY.empty()))
    throw Error("'npy' has no test part", "name it: test_x = \"...\", test_y = \"...\"", ExitCode::usage);

  // Classes and normalisation are those of training in either part.
  Part train = readPart(x, y);
  const int64_t classes = arguments.integer("classes", train.shape.classes, 0, 1 << 24);
  if (train.shape.classes > classes || (classes > 0 && train.shape.classes == 0))
    throw Error("'" + y + "' " +
                    (train.shape.classes ? "holds the class number " + std::to_string(train.shape.classes - 1)
                                         : "holds reals") +
                    ", but " + std::to_string(classes) + " classes were asked for",
                {}, ExitCode::usage);
  Normalisation normalisation = normalisationOf(arguments, train.shape.channels, measure(train.values, train.shape));
  if (testing) {
    Part test = readPart(testX, testY);
    requireAlike(train, test, classes, testX, testY);
    train = std::move(test);
  }
  train.shape.classes = classes;
  Augmenter augmenter(arguments.node("augment"), arguments.name(), train.shape);
  return std::make_unique<ArrayDataset>(train.shape, std::move(train.values), std::move(train.targets),
                                        std::move(normalisation), std::move(augmenter));
}

} // namespace flexrt
