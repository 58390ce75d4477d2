// One picture as a function of the position, to fit networks to. A sample is a row of the picture: positions in, values out.
//
// Positions are those of a kernel's grid: from -1 to 1 along each axis, channel 0 along the rows. Values are not normalised;
// those of a PNG file are multiples of 1/255. Training and test are the same picture.
#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"
#include "flexrt/data/Npy.h"
#include "flexrt/core/Png.h"
#include "flexrt/data/Sets.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace flexrt {
namespace {

/// Point i of n on [-1, 1].
double position(int64_t i, int64_t n) { return n > 1 ? -1 + 2 * double(i) / double(n - 1) : 0; }

class PictureRows : public Dataset {
public:
  /// `values`: [channels][height][width]
  PictureRows(std::vector<float> values, int64_t channels, int64_t height, int64_t width)
      : values(std::move(values)), channels(channels), height(height), width(width) {
    shape_ = {.samples = height, .channels = 2, .rank = 2, .size = {1, width}, .targets = channels * width,
              .picture = true};
  }

  const DatasetShape &shape() const override { return shape_; }

  void read(std::span<const int64_t> indices, std::optional<Augmentation>, float *inputs,
            float *targets) const override {
    for (const int64_t row : indices) {
      inputs = std::fill_n(inputs, width, float(position(row, height)));
      for (int64_t x = 0; x < width; ++x)
        *inputs++ = float(position(x, width));
      for (int64_t c = 0; c < channels; ++c)
        targets = std::copy_n(values.data() + (c * height + row) * width, width, targets);
    }
  }

private:
  std::vector<float> values;
  int64_t channels, height, width;
  DatasetShape shape_;
};

std::unique_ptr<Dataset> fromArray(const std::string &path, int64_t channels) {
  const NpyArray array = readNpy(path);
  const bool plain = array.shape.size() == 2;
  if ((!plain && array.shape.size() != 3) || array.count() == 0 || (plain ? 1 : array.shape[0]) != channels)
    throw Error("'" + path + "' has shape " + array.shapeText() + ", expected " +
                (channels == 1 ? "(height, width) or " : "") + "(" + std::to_string(channels) + ", height, width)");
  std::vector<float> values = array.toFloats();
  if (array.type == NpyArray::Type::u8)
    for (float &value : values)
      value /= 255;
  return std::make_unique<PictureRows>(std::move(values), channels, array.shape[plain ? 0 : 1],
                                       array.shape[plain ? 1 : 2]);
}

} // namespace

std::unique_ptr<Dataset> makeImage(Arguments &arguments, const DatasetRequest &request) {
  const std::string file = arguments.text("file", "");
  const int64_t channels = arguments.integer("channels", 3, 1, 1 << 16);
  if (file.empty())
    throw Error("'image' needs a file", "name it: data.file=picture.png", ExitCode::usage);
  const std::string path = (std::filesystem::path(request.root) / file).string();
  if (path.ends_with(".npy"))
    return fromArray(path, channels);
  const Picture picture = withChannels(readPng(path), channels, path);
  std::vector<float> values(picture.bytes.begin(), picture.bytes.end());
  for (float &value : values)
    value /= 255;
  return std::make_unique<PictureRows>(std::move(values), channels, picture.height, picture.width);
}

std::unique_ptr<Dataset> makePattern(Arguments &arguments, const DatasetRequest &) {
  const std::string kind = arguments.text("kind", "gabor");
  const int64_t size = arguments.integer("size", 33, 1, 1 << 14);
  const double frequency = arguments.real("frequency", 16, 0, 1e6);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, int64_t{1} << 32));
  if (kind != "gabor" && kind != "noise")
    throw Error("argument 'kind' of 'pattern' must be gabor or noise, not '" + kind + "'", {}, ExitCode::usage);
  const Stream noise(seed, "pattern");
  // The authors' Gabor targets; the deviation is that with which their published limits of the PSNR come out.
  constexpr double deviation = 0.33;
  std::vector<float> values;
  for (int64_t row = 0; row < size; ++row)
    for (int64_t column = 0; column < size; ++column) {
      const double y = position(row, size), x = position(column, size);
      const double gabor = std::sin(frequency * x) * std::sin(frequency * y) *
                           std::exp(-(x * x + y * y) / (2 * deviation * deviation));
      values.push_back(float(kind == "gabor" ? gabor : noise.uniform(uint64_t(row * size + column))));
    }
  return std::make_unique<PictureRows>(std::move(values), 1, size, size);
}

} // namespace flexrt
