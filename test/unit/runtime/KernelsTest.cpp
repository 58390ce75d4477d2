// The picture of the kernels, read back, and the JSON.
#include "DataTesting.h"

#include "flexrt/report/Kernels.h"
#include "flexrt/report/Raster.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include <png.h>

namespace flexrt::testing {
namespace {

/// Gabor-like kernels, different for each pair.
LayerKernel images(const std::string &path, int64_t out, int64_t in, int64_t height, int64_t width) {
  LayerKernel layer{path, in, out, 2, {height, width}, {}};
  for (int64_t k = 0; k < out * in; ++k)
    for (int64_t y = 0; y < height; ++y)
      for (int64_t x = 0; x < width; ++x) {
        const double u = 2.0 * y / std::max<int64_t>(height - 1, 1) - 1, v = 2.0 * x / std::max<int64_t>(width - 1, 1) - 1;
        layer.taps.push_back(std::exp(-3 * (u * u + v * v)) * std::cos(3 * std::cos(k) * u + 3 * std::sin(k) * v + 0.3 * k));
      }
  return layer;
}

LayerKernel curves(const std::string &path, int64_t out, int64_t in, int64_t length) {
  LayerKernel layer{path, in, out, 1, {length, 1}, {}};
  for (int64_t k = 0; k < out * in; ++k)
    for (int64_t t = 0; t < length; ++t)
      layer.taps.push_back(std::exp(-0.05 * (length - 1 - t)) * std::sin(0.2 * (1 + k % 5) * t));
  return layer;
}

struct Picture {
  int64_t width = 0, height = 0;
  std::vector<uint8_t> bytes;
  int64_t count(const Pixel &pixel) const {
    int64_t result = 0;
    for (size_t i = 0; i < bytes.size(); i += 3)
      result += std::equal(pixel.begin(), pixel.end(), &bytes[i]);
    return result;
  }
};

Picture readPng(const std::string &path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_file(&image, path.c_str())) << image.message;
  image.format = PNG_FORMAT_RGB;
  Picture picture{image.width, image.height, std::vector<uint8_t>(PNG_IMAGE_SIZE(image))};
  EXPECT_TRUE(png_image_finish_read(&image, nullptr, picture.bytes.data(), 0, nullptr)) << image.message;
  return picture;
}

constexpr Pixel red = {178, 24, 43}, blue = {33, 102, 172};

TEST(Kernels, PictureShowsSignsAndSizes) {
  const Folder folder;
  const std::string path = folder.path() + "/k.png";
  // One kernel of 1x3 taps: largest negative, none, largest positive; 42 / 3 = 14 pixels a tap.
  writeKernelPicture(path, {{"l", 1, 1, 2, {1, 3}, {-2, 0, 2}}});
  const Picture picture = readPng(path);
  EXPECT_EQ(picture.count(blue), 14 * 14);
  EXPECT_EQ(picture.count(red), 14 * 14);
}

TEST(Kernels, PictureIsLimitedToTheFirstPairs) {
  const Folder folder;
  writeKernelPicture(folder.path() + "/few.png", {images("a", 8, 8, 5, 5)});
  writeKernelPicture(folder.path() + "/many.png", {images("a", 20, 11, 5, 5)});
  const Picture few = readPng(folder.path() + "/few.png"), many = readPng(folder.path() + "/many.png");
  EXPECT_EQ(few.width, many.width);
  EXPECT_EQ(few.height, many.height);
}

TEST(Kernels, DrawsManyLayersOfAllKinds) {
  // Kept for looking at where a folder is named for it.
  const Folder folder;
  const char *kept = std::getenv("FLEX_TEST_PICTURES");
  const std::string path = (kept ? std::string(kept) : folder.path()) + "/kernels.png";
  writeKernelPicture(path, {images("stem.kernel", 24, 3, 5, 7), images("blocks.0.conv1", 24, 24, 33, 33),
                            images("blocks.0.conv2", 36, 24, 9, 9), curves("tcn.conv1", 30, 1, 784),
                            curves("tcn.conv2", 6, 30, 21), images("one", 2, 2, 1, 1), curves("point", 2, 2, 1)});
  EXPECT_GT(readPng(path).count(red), 100);
}

TEST(Kernels, SurvivesNumbersThatAreNotFinite) {
  const Folder folder;
  const std::string path = folder.path() + "/k.png";
  writeKernelPicture(path, {{"l", 1, 1, 2, {1, 3}, {NAN, 1, INFINITY}}, {"c", 1, 1, 1, {3, 1}, {NAN, 1, 0}}});
  EXPECT_GT(readPng(path).count({255, 200, 0}), 0);
}

TEST(Kernels, ErrorsNameTheFile) {
  const std::vector<LayerKernel> layers = {images("a", 1, 1, 3, 3)};
  expectError([&] { writeKernelPicture("/no/such/folder/k.png", layers); }, {"/no/such/folder/k.png"});
  expectError([&] { writeKernelSizes("/no/such/folder/k.json", layers); }, {"/no/such/folder/k.json"});
  expectError([] { writeKernelPicture("k.png", {}); }, {"no kernels to draw"});
}

TEST(Kernels, JsonHasTheSizes) {
  const std::vector<LayerKernel> layers = {{"stem", 3, 24, 2, {5, 7}, {0.5, -0.75}}, {"a.longer.name", 1, 30, 1, {784, 1}, {}}};
  const Folder folder;
  writeKernelSizes(folder.path() + "/k.json", layers);
  std::ifstream in(folder.path() + "/k.json");
  const auto json = nlohmann::json::parse(in);
  EXPECT_EQ(json.dump(), R"([{"in":3,"largest":0.75,"layer":"stem","out":24,"size":[5,7]},)"
                         R"({"in":1,"largest":0.0,"layer":"a.longer.name","out":30,"size":[784]}])");
}

} // namespace
} // namespace flexrt::testing
