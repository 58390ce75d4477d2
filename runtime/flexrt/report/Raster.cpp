#include "flexrt/report/Raster.h"

#include "flexrt/core/Png.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace flexrt {
namespace {

/// A font of 3x5 pixels: a row is an octal digit, the left pixel its highest bit.
struct Glyph {
  char letter;
  const char *rows;
};
constexpr Glyph font[] = {
    {'A', "25755"}, {'B', "65656"}, {'C', "34443"}, {'D', "65556"}, {'E', "74647"}, {'F', "74644"}, {'G', "34553"},
    {'H', "55755"}, {'I', "72227"}, {'J', "11152"}, {'K', "55655"}, {'L', "44447"}, {'M', "57755"}, {'N', "65555"},
    {'O', "25552"}, {'P', "65644"}, {'Q', "25573"}, {'R', "65655"}, {'S', "34216"}, {'T', "72222"}, {'U', "55557"},
    {'V', "55552"}, {'W', "55775"}, {'X', "55255"}, {'Y', "55222"}, {'Z', "71247"}, {'0', "75557"}, {'1', "26227"},
    {'2', "71747"}, {'3', "71717"}, {'4', "55711"}, {'5', "74717"}, {'6', "74757"}, {'7', "71111"}, {'8', "75757"},
    {'9', "75717"}, {'.', "00002"}, {'_', "00007"}, {'-', "00700"}, {'(', "24442"}, {')', "21112"}, {':', "02020"},
};

} // namespace

Raster::Raster(int64_t width, int64_t height, Pixel ground) : width_(width), height_(height) {
  bytes.resize(width * height * 3);
  fill(0, 0, width, height, ground);
}

void Raster::set(int64_t x, int64_t y, Pixel pixel) {
  if (x >= 0 && x < width_ && y >= 0 && y < height_)
    std::copy(pixel.begin(), pixel.end(), &bytes[(y * width_ + x) * 3]);
}

Pixel Raster::at(int64_t x, int64_t y) const {
  const uint8_t *p = &bytes[(y * width_ + x) * 3];
  return {p[0], p[1], p[2]};
}

void Raster::fill(int64_t x, int64_t y, int64_t width, int64_t height, Pixel pixel) {
  for (int64_t row = y; row < y + height; ++row)
    for (int64_t column = x; column < x + width; ++column)
      set(column, row, pixel);
}

void Raster::line(int64_t x0, int64_t y0, int64_t x1, int64_t y1, Pixel pixel) {
  const int64_t steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), int64_t{1}});
  for (int64_t i = 0; i <= steps; ++i)
    set(x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps, pixel);
}

void Raster::text(int64_t x, int64_t y, std::string_view text, Pixel pixel) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char letter = char(std::toupper(static_cast<unsigned char>(text[i])));
    const auto *glyph = std::find_if(std::begin(font), std::end(font), [&](const Glyph &g) { return g.letter == letter; });
    if (glyph == std::end(font))
      continue;
    for (int row = 0; row < 5; ++row)
      for (int column = 0; column < 3; ++column)
        if ((glyph->rows[row] - '0') >> (2 - column) & 1)
          fill(x + int64_t(i) * 8 + 2 * column, y + 2 * row, 2, 2, pixel);
  }
}

void Raster::paste(int64_t x, int64_t y, const Raster &picture) {
  for (int64_t row = 0; row < picture.height_; ++row)
    for (int64_t column = 0; column < picture.width_; ++column)
      set(x + column, y + row, picture.at(column, row));
}

void Raster::writePng(const std::string &path) const { writePngBytes(path, bytes, 3, height_, width_); }

} // namespace flexrt
