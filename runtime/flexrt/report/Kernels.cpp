#include "flexrt/report/Kernels.h"

#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"
#include "flexrt/report/Raster.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace flexrt {
namespace {

constexpr int64_t gap = 2, margin = 12, caption = Raster::textHeight + 6;
constexpr int64_t imageSide = 42, curveWidth = 96, curveHeight = 42; ///< pixels of a kernel, about
constexpr Pixel paper = {255, 255, 255}, frame = {225, 225, 225}, ink = {40, 40, 40}, blue = {33, 102, 172},
                red = {178, 24, 43}, invalid = {255, 200, 0};

std::string sizeText(const LayerKernel &layer) {
  const std::string first = std::to_string(layer.size[0]);
  return layer.rank == 1 ? first : first + "x" + std::to_string(layer.size[1]);
}

double largestTap(const LayerKernel &layer) {
  double largest = 0;
  for (const double tap : layer.taps)
    largest = std::max(largest, std::abs(tap));
  return largest;
}

/// White at 0, blue at -1, red at 1. What is not finite stands out.
Pixel colourOf(double value) {
  if (!std::isfinite(value))
    return invalid;
  const Pixel &end = value < 0 ? blue : red;
  const double amount = std::min(std::abs(value), 1.0);
  Pixel result;
  for (size_t c = 0; c < 3; ++c)
    result[c] = uint8_t(std::lround(paper[c] + amount * (end[c] - paper[c])));
  return result;
}

/// Pictures of single kernels; `taps` points to size[0] * size[1] numbers, `scale` makes the largest one 1.
Raster drawImage(const LayerKernel &layer, const double *taps, double scale) {
  const int64_t zoom = std::max<int64_t>(1, imageSide / std::max(layer.size[0], layer.size[1]));
  Raster cell(layer.size[1] * zoom, layer.size[0] * zoom);
  for (int64_t y = 0; y < layer.size[0]; ++y)
    for (int64_t x = 0; x < layer.size[1]; ++x)
      cell.fill(x * zoom, y * zoom, zoom, zoom, colourOf(taps[y * layer.size[1] + x] * scale));
  return cell;
}

Raster drawCurve(const LayerKernel &layer, const double *taps, double scale) {
  Raster cell(curveWidth, curveHeight);
  const int64_t count = layer.size[0], middle = curveHeight / 2;
  cell.line(0, middle, curveWidth - 1, middle, frame);
  const auto across = [&](int64_t t) { return count > 1 ? t * (curveWidth - 1) / (count - 1) : curveWidth / 2; };
  const auto height = [&](int64_t t) { return middle - std::lround(taps[t] * scale * double(middle - 1)); };
  for (int64_t t = 0; t < count; ++t) {
    const int64_t previous = std::max<int64_t>(t - 1, 0);
    if (std::isfinite(taps[t]) && std::isfinite(taps[previous]))
      cell.line(across(previous), height(previous), across(t), height(t), taps[t] < 0 ? blue : red);
    else
      cell.fill(across(t), 0, 1, curveHeight, invalid);
  }
  return cell;
}

/// A layer's caption and its kernels.
Raster drawLayer(const LayerKernel &layer, int64_t side) {
  const int64_t rows = std::min(layer.out, side), columns = std::min(layer.in, side);
  const int64_t points = layer.size[0] * layer.size[1];
  const double largest = largestTap(layer), scale = largest > 0 ? 1 / largest : 0;
  const auto cell = [&](int64_t out, int64_t in) {
    const double *taps = &layer.taps[(out * layer.in + in) * points];
    return layer.rank == 1 ? drawCurve(layer, taps, scale) : drawImage(layer, taps, scale);
  };
  const Raster first = cell(0, 0);
  const int64_t width = first.width() + gap, height = first.height() + gap;
  const std::string title = layer.path + "  " + sizeText(layer);
  Raster panel(std::max(columns * width + gap, Raster::textWidth(title)), caption + rows * height + gap);
  panel.text(0, 0, title, ink);
  panel.fill(0, caption, columns * width + gap, rows * height + gap, frame);
  for (int64_t out = 0; out < rows; ++out)
    for (int64_t in = 0; in < columns; ++in)
      panel.paste(in * width + gap, caption + out * height + gap, cell(out, in));
  return panel;
}

/// Panels in reading order, about as wide as high.
Raster arrange(const std::vector<Raster> &panels) {
  const auto columns = int64_t(std::ceil(std::sqrt(double(panels.size()))));
  int64_t width = 0, height = margin;
  struct Place {
    int64_t x, y;
  };
  std::vector<Place> places;
  for (size_t start = 0; start < panels.size(); start += columns) {
    const size_t end = std::min(panels.size(), start + columns);
    int64_t x = margin, tallest = 0;
    for (size_t i = start; i < end; ++i) {
      places.push_back({x, height});
      x += panels[i].width() + margin;
      tallest = std::max(tallest, panels[i].height());
    }
    width = std::max(width, x);
    height += tallest + margin;
  }
  Raster picture(width, height);
  for (size_t i = 0; i < panels.size(); ++i)
    picture.paste(places[i].x, places[i].y, panels[i]);
  return picture;
}

} // namespace

void writeKernelPicture(const std::string &path, const std::vector<LayerKernel> &layers, int64_t side) {
  std::vector<Raster> panels;
  for (const LayerKernel &layer : layers)
    if (!layer.taps.empty())
      panels.push_back(drawLayer(layer, std::max<int64_t>(side, 1)));
  if (panels.empty())
    throw Error("there are no kernels to draw: no layer of this network samples one");
  arrange(panels).writePng(path);
}

void writeKernelSizes(const std::string &path, const std::vector<LayerKernel> &layers) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const LayerKernel &layer : layers)
    list.push_back({{"layer", layer.path},
                    {"size", std::vector<int64_t>(layer.size.begin(), layer.size.begin() + layer.rank)},
                    {"in", layer.in},
                    {"out", layer.out},
                    {"largest", largestTap(layer)}});
  writeFileAtomically(path, list.dump(2) + "\n");
}

} // namespace flexrt
