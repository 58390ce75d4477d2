#include "flexrt/core/Png.h"

#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <png.h>

namespace flexrt {

Picture readPng(const std::string &path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const auto fail = [&] { throw Error("cannot read '" + path + "' as a PNG file: " + image.message); };
  std::unique_ptr<png_image, decltype(&png_image_free)> freed(&image, png_image_free);
  if (!png_image_begin_read_from_file(&image, path.c_str()))
    fail();
  if (image.format & PNG_FORMAT_FLAG_LINEAR)
    throw Error("'" + path + "' has 16 bits a channel, expected 8", "convert it first");
  Picture picture;
  picture.width = image.width;
  picture.height = image.height;
  picture.channels = image.format & (PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP) ? 3 : 1;
  image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  std::vector<uint8_t> interleaved(PNG_IMAGE_SIZE(image));
  const png_color black{0, 0, 0};
  if (!png_image_finish_read(&image, &black, interleaved.data(), 0, nullptr))
    fail();
  const size_t points = size_t(picture.width * picture.height), channels = size_t(picture.channels);
  picture.bytes.resize(interleaved.size());
  for (size_t p = 0; p < points; ++p)
    for (size_t c = 0; c < channels; ++c)
      picture.bytes[c * points + p] = interleaved[p * channels + c];
  return picture;
}

Picture withChannels(Picture picture, int64_t channels, const std::string &path) {
  if (picture.channels == channels)
    return picture;
  if (picture.channels != 1 || channels != 3)
    throw Error("'" + path + "' has " + std::to_string(picture.channels) + " channels, expected " +
                std::to_string(channels));
  const std::vector<uint8_t> grey = picture.bytes;
  for (int repeat = 0; repeat < 2; ++repeat)
    picture.bytes.insert(picture.bytes.end(), grey.begin(), grey.end());
  picture.channels = 3;
  return picture;
}

void writePng(const std::string &path, const std::vector<double> &values, int64_t channels, int64_t height,
              int64_t width) {
  const size_t points = size_t(height * width);
  std::vector<uint8_t> bytes(values.size());
  for (size_t p = 0; p < points; ++p)
    for (size_t c = 0; c < size_t(channels); ++c)
      bytes[p * size_t(channels) + c] =
          uint8_t(std::lround(255 * std::clamp(values[c * points + p], 0.0, 1.0)));
  writePngBytes(path, bytes, channels, height, width);
}

void writePngBytes(const std::string &path, const std::vector<uint8_t> &bytes, int64_t channels, int64_t height,
                   int64_t width) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = png_uint_32(width);
  image.height = png_uint_32(height);
  image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  bool good = png_image_write_to_memory(&image, nullptr, &size, 0, bytes.data(), 0, nullptr);
  std::string encoded(size, '\0');
  good = good && png_image_write_to_memory(&image, encoded.data(), &size, 0, bytes.data(), 0, nullptr);
  if (!good)
    throw Error("cannot make the picture '" + path + "' of " + std::to_string(width) + "x" + std::to_string(height) +
                " pixels: " + image.message);
  writeFileAtomically(path, std::string_view(encoded).substr(0, size));
}

} // namespace flexrt
