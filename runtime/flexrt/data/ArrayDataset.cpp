#include "flexrt/data/ArrayDataset.h"

#include "flexrt/core/Error.h"
#include "flexrt/data/Arguments.h"
#include "flexrt/data/Preparation.h"

#include <algorithm>
#include <cmath>

namespace flexrt {
namespace {

template <typename T> constexpr double unit = std::is_same_v<T, uint8_t> ? 1.0 / 255 : 1.0;

/// One channel of one sample. Black is what a stored 0 becomes.
template <typename T>
void readChanged(const T *from, const DatasetShape &shape, ImageChange change, float scale, float black, float *to) {
  const auto [height, width] = shape.size;
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      const int64_t row = y + change.dy, column = (change.flipped ? width - 1 - x : x) + change.dx;
      const bool inside = row >= 0 && row < height && column >= 0 && column < width;
      *to++ = inside ? float(from[row * width + column]) * scale + black : black;
    }
}

} // namespace

ArrayDataset::ArrayDataset(const DatasetShape &shape, Values values, std::vector<float> targets,
                           Normalisation normalisation, Augmenter augmenter)
    : shape_(shape), values(std::move(values)), targets_(std::move(targets)),
      normalisation_(std::move(normalisation)), augmenter(std::move(augmenter)) {}

Preparation ArrayDataset::preparation() const {
  Preparation result(shape_);
  result.add(steps::normalise(normalisation_), shape_.size);
  result.add(steps::fit(shape_.size), shape_.size);
  return result;
}

void ArrayDataset::read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
                        float *targets) const {
  const int64_t points = shape_.size[0] * shape_.size[1];
  std::visit(
      [&]<typename T>(const std::vector<T> &stored) {
        for (const int64_t index : indices) {
          const T *from = stored.data() + index * shape_.inputElements();
          const ImageChange change = augmentation ? augmenter.change(*augmentation, index) : ImageChange{};
          for (int64_t c = 0; c < shape_.channels; ++c, from += points, inputs += points) {
            const auto scale = float(unit<T> / normalisation_.deviation[c]);
            const auto black = float(-normalisation_.mean[c] / normalisation_.deviation[c]);
            readChanged(from, shape_, change, scale, black, inputs);
          }
          targets = std::copy_n(targets_.data() + index * shape_.targets, shape_.targets, targets);
        }
      },
      values);
}

Normalisation normalisationOf(Arguments &arguments, int64_t channels, const Normalisation &usual) {
  Normalisation result = usual;
  for (auto [key, values] : {std::pair{"mean", &result.mean}, std::pair{"std", &result.deviation}}) {
    std::vector<double> given = arguments.reals(key);
    if (given.empty())
      continue;
    if (given.size() == 1)
      given.assign(channels, given[0]);
    if (int64_t(given.size()) != channels)
      throw Error("argument '" + std::string(key) + "' of '" + arguments.name() + "' has " +
                      std::to_string(given.size()) + " numbers for " + std::to_string(channels) + " channels",
                  {}, ExitCode::usage);
    *values = given;
  }
  if (std::any_of(result.deviation.begin(), result.deviation.end(), [](double d) { return d <= 0; }))
    throw Error("argument 'std' of '" + arguments.name() + "' must be positive", {}, ExitCode::usage);
  return result;
}

Normalisation measure(const ArrayDataset::Values &values, const DatasetShape &shape) {
  Normalisation result{std::vector<double>(shape.channels), std::vector<double>(shape.channels)};
  const int64_t points = shape.size[0] * shape.size[1], channels = shape.channels;
  std::visit(
      [&]<typename T>(const std::vector<T> &stored) {
        // Two passes: the usual one-pass formula loses the deviation of data far from 0.
        for (int64_t c = 0; c < channels; ++c) {
          double &mean = result.mean[c], &deviation = result.deviation[c];
          const auto average = [&](auto term) {
            double sum = 0;
            for (int64_t n = 0; n < shape.samples; ++n)
              for (int64_t p = 0; p < points; ++p)
                sum += term(double(stored[(n * channels + c) * points + p]) * unit<T>);
            return sum / double(shape.samples * points);
          };
          mean = average([](double v) { return v; });
          deviation = std::sqrt(average([&](double v) { return (v - mean) * (v - mean); }));
          if (!(deviation > 0))
            deviation = 1;
        }
      },
      values);
  return result;
}

} // namespace flexrt
