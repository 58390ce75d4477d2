// PNG by libpng's simplified interface; WAV is a list of chunks, of which two count.
#include "flexrt/data/Pictures.h"

#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"

#include <bit>
#include <cstring>
#include <png.h>

namespace flexrt {
namespace {

static_assert(std::endian::native == std::endian::little, "WAV files are little-endian");

template <typename T> T readAt(const std::string &bytes, size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// The format chunk of a WAV file.
struct WavFormat {
  uint16_t kind = 0, channels = 0, bits = 0;
};

constexpr uint16_t pcm = 1, floating = 3, extensible = 0xfffe;

WavFormat readFormat(const std::string &path, const std::string &bytes, size_t at, size_t size) {
  if (size < 16)
    throw Error("'" + path + "' is damaged: its format chunk has " + std::to_string(size) + " bytes");
  WavFormat format{readAt<uint16_t>(bytes, at), readAt<uint16_t>(bytes, at + 2), readAt<uint16_t>(bytes, at + 14)};
  if (format.kind == extensible && size >= 26)
    format.kind = readAt<uint16_t>(bytes, at + 24);
  const bool known = (format.kind == pcm && format.bits >= 8 && format.bits <= 32 && format.bits % 8 == 0) ||
                     (format.kind == floating && format.bits == 32);
  if (!known || format.channels == 0)
    throw Error("'" + path + "' holds sound of a kind that is not read (format " + std::to_string(format.kind) + ", " +
                    std::to_string(format.bits) + " bits)",
                "8 to 32 bits PCM and 32 bits floating point are");
  return format;
}

float decode(const std::string &bytes, size_t at, const WavFormat &format) {
  if (format.kind == floating)
    return readAt<float>(bytes, at);
  if (format.bits == 8) // the only one without a sign
    return (float(uint8_t(bytes[at])) - 128) / 128;
  // The highest bytes of a 32-bit number, so that the sign is right.
  uint32_t word = 0;
  const size_t width = format.bits / 8;
  std::memcpy(reinterpret_cast<char *>(&word) + 4 - width, bytes.data() + at, width);
  return float(double(int32_t(word)) / 2147483648.0);
}

Sample decodeAll(const std::string &path, const std::string &bytes, size_t at, size_t size, const WavFormat &format) {
  const size_t width = format.bits / 8, frame = width * format.channels, frames = size / frame;
  if (frames == 0)
    throw Error("'" + path + "' holds no sound");
  Sample sound{format.channels, 1, {int64_t(frames), 1}, std::vector<float>(frames * format.channels)};
  for (size_t t = 0; t < frames; ++t)
    for (size_t c = 0; c < format.channels; ++c)
      sound.values[c * frames + t] = decode(bytes, at + t * frame + c * width, format);
  return sound;
}

} // namespace

Sample readPng(const std::string &path, int64_t channels) {
  const std::string bytes = readFile(path);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const auto fail = [&] {
    const std::string why = image.message;
    png_image_free(&image);
    throw Error("'" + path + "' is no PNG file that can be read: " + why);
  };
  if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()))
    fail();
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  const int64_t stored = channels == 1 ? 1 : 3, points = int64_t(image.width) * image.height;
  std::vector<uint8_t> pixels(size_t(points * stored));
  const png_color black{0, 0, 0};
  if (!png_image_finish_read(&image, &black, pixels.data(), 0, nullptr))
    fail();
  Sample picture{stored, 2, {int64_t(image.height), int64_t(image.width)}, std::vector<float>(pixels.size())};
  for (int64_t p = 0; p < points; ++p)
    for (int64_t c = 0; c < stored; ++c)
      picture.values[size_t(c * points + p)] = float(pixels[size_t(p * stored + c)]) / 255;
  return picture;
}

Sample readWav(const std::string &path) {
  const std::string bytes = readFile(path);
  if (bytes.size() < 12 || bytes.compare(0, 4, "RIFF") != 0 || bytes.compare(8, 4, "WAVE") != 0)
    throw Error("'" + path + "' is no WAV file: it does not begin with RIFF and WAVE");
  WavFormat format;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const size_t size = readAt<uint32_t>(bytes, at + 4), begin = at + 8, there = std::min(size, bytes.size() - begin);
    if (bytes.compare(at, 4, "fmt ") == 0)
      format = readFormat(path, bytes, begin, there);
    if (bytes.compare(at, 4, "data") == 0) {
      if (format.channels == 0)
        throw Error("'" + path + "' is damaged: its data comes before its format");
      if (there < size)
        throw Error("'" + path + "' is truncated: " + std::to_string(size) + " bytes of sound are announced, " +
                    std::to_string(there) + " are there");
      return decodeAll(path, bytes, begin, size, format);
    }
    at = begin + size + size % 2; // chunks begin at even places
  }
  throw Error("'" + path + "' has no data chunk");
}

} // namespace flexrt
