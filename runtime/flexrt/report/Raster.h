/// A small picture to draw into and write as PNG.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flexrt {

using Pixel = std::array<uint8_t, 3>; ///< red, green, blue

class Raster {
public:
  Raster(int64_t width, int64_t height, Pixel ground = {255, 255, 255});

  int64_t width() const { return width_; }
  int64_t height() const { return height_; }

  /// All drawing ignores what lies outside.
  void set(int64_t x, int64_t y, Pixel pixel);
  void fill(int64_t x, int64_t y, int64_t width, int64_t height, Pixel pixel);
  void line(int64_t x0, int64_t y0, int64_t x1, int64_t y1, Pixel pixel);
  /// Letters, digits and a few signs, as capitals of `textHeight` pixels; others are left blank.
  void text(int64_t x, int64_t y, std::string_view text, Pixel pixel);
  void paste(int64_t x, int64_t y, const Raster &picture);

  Pixel at(int64_t x, int64_t y) const;

  /// Throws Error if the file cannot be written.
  void writePng(const std::string &path) const;

  static constexpr int64_t textHeight = 10;
  static int64_t textWidth(std::string_view text) { return int64_t(text.size()) * 8; }

private:
  int64_t width_, height_;
  std::vector<uint8_t> bytes; ///< [height][width][3]
};

} // namespace flexrt
