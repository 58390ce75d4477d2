// A set of images that needs no files: ten classes of figures and patterns, light on dark, of random place, size, colours
// and shading, with noise. Hard for a linear classifier (no pixel says much by itself), easy for a small convolutional
// network. Image i is a function of (seed, part, i) alone.
#include "flexrt/core/Random.h"
#include "flexrt/data/ArrayDataset.h"
#include "flexrt/data/Sets.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace flexrt {
namespace {

constexpr int64_t side = 32, channels = 3;

struct Point {
  double x, y;
};
using Colour = std::array<double, channels>;

double box(Point p, double halfWidth, double halfHeight) {
  return std::max(std::abs(p.x) - halfWidth, std::abs(p.y) - halfHeight);
}

/// Distance to an upright triangle's nearest side: three half planes around the centre.
double triangle(Point p, double size) {
  const double slope = std::sqrt(3.0) / 2;
  return std::max({p.y - 0.5 * size, -0.5 * p.y + slope * p.x - 0.5 * size, -0.5 * p.y - slope * p.x - 0.5 * size});
}

/// Signed distance in pixels (negative inside) to parallel bands of the given width, as far from each other as they are wide.
double bands(double x, double width) {
  const double phase = x / width - 2 * std::floor(x / (2 * width)); // in [0, 2); a band around 1
  return width * (std::abs(phase - 1) - 0.5);
}

/// Signed distance in pixels (negative inside) to the figure of class `figure` at `p`, relative to its centre and already
/// turned; `size` is its radius. Patterns fill a disc.
double distance(int figure, Point p, double size) {
  const double radius = std::hypot(p.x, p.y), width = size / 3.5;
  const double diagonal = (p.x + p.y) / std::numbers::sqrt2;
  switch (figure) {
  case 0: return radius - size;                                                   // disc
  case 1: return std::abs(radius - 0.8 * size) - 0.2 * size;                      // ring
  case 2: return box(p, 0.85 * size, 0.85 * size);                                // square
  case 3: return std::abs(box(p, 0.7 * size, 0.7 * size)) - 0.17 * size;          // frame
  case 4: return triangle(p, 1.1 * size);                                         // triangle
  case 5: return std::min(box(p, size, 0.28 * size), box(p, 0.28 * size, size));  // cross
  case 6: return std::max(radius - size, bands(p.y, width));                      // horizontal stripes
  case 7: return std::max(radius - size, bands(p.x, width));                      // vertical stripes
  case 8: return std::max(radius - size, bands(diagonal, width));                 // diagonal stripes
  default: {                                                                      // checker board
    const double a = bands(p.x, width), b = bands(p.y, width);
    return std::max(radius - size, std::max(std::min(a, b), -std::max(a, b)));
  }
  }
}

/// Numbers of one image, each used once.
class Draws {
public:
  Draws(const Stream &stream, uint64_t image) : stream(stream), image(image) {}
  double uniform(double least, double most) { return least + (most - least) * stream.uniform(image, next++); }
  double normal() { return stream.normal(image, next++); }

private:
  const Stream &stream;
  uint64_t image;
  uint32_t next = 0;
};

Colour drawColour(Draws &draws, double least, double most) {
  return {draws.uniform(least, most), draws.uniform(least, most), draws.uniform(least, most)};
}

/// Draws image `index` of class `figure` into [3][32][32] bytes.
void draw(const Stream &stream, uint64_t index, int figure, double noise, uint8_t *pixels) {
  Draws draws(stream, index);
  const double size = draws.uniform(6.5, 11), margin = size + 1;
  const Point centre = {draws.uniform(margin, side - margin), draws.uniform(margin, side - margin)};
  const double turn = draws.uniform(-0.2, 0.2), cosine = std::cos(turn), sine = std::sin(turn);
  // Light on dark: with either sign of contrast a network first has to learn to ignore it.
  const Colour ground = drawColour(draws, 0, 0.4), ink = drawColour(draws, 0.6, 1);
  const Point shade = {draws.uniform(-0.3, 0.3) / side, draws.uniform(-0.3, 0.3) / side};
  for (int64_t y = 0; y < side; ++y)
    for (int64_t x = 0; x < side; ++x) {
      const Point p = {x + 0.5 - centre.x, y + 0.5 - centre.y};
      const Point turned = {cosine * p.x + sine * p.y, cosine * p.y - sine * p.x};
      const double covered = std::clamp(0.5 - distance(figure, turned, size), 0.0, 1.0);
      const double light = shade.x * p.x + shade.y * p.y;
      for (int64_t c = 0; c < channels; ++c) {
        const double value = ground[c] + covered * (ink[c] - ground[c]) + light + noise * draws.normal();
        pixels[(c * side + y) * side + x] = uint8_t(std::lround(255 * std::clamp(value, 0.0, 1.0)));
      }
    }
}

} // namespace

std::unique_ptr<Dataset> makeShapes(Arguments &arguments, const DatasetRequest &request) {
  const int64_t train = arguments.integer("train", 10000, 1, 10'000'000);
  const int64_t test = arguments.integer("test", 2000, 1, 10'000'000);
  const double noise = arguments.real("noise", 0.08, 0, 1);
  const bool training = request.split == Split::train;
  const DatasetShape shape{.samples = training ? train : test, .channels = channels, .rank = 2, .size = {side, side},
                           .classes = 10, .targets = 1};
  Augmenter augmenter(arguments.node("augment"), arguments.name(), shape);
  Normalisation normalisation = normalisationOf(
      arguments, channels, {std::vector<double>(channels, 0.5), std::vector<double>(channels, 0.25)});
  const Stream stream(request.seed, training ? "shapes.train" : "shapes.test");
  std::vector<uint8_t> pixels(shape.samples * shape.inputElements());
  std::vector<float> targets(shape.samples);
  for (int64_t i = 0; i < shape.samples; ++i) {
    targets[i] = float(i % shape.classes); // equally many of each; the trainer shuffles
    draw(stream, uint64_t(i), int(i % shape.classes), noise, &pixels[i * shape.inputElements()]);
  }
  return std::make_unique<ArrayDataset>(shape, std::move(pixels), std::move(targets), std::move(normalisation),
                                        std::move(augmenter));
}

} // namespace flexrt
