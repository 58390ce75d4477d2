// A transform of some hundred points is a product with a matrix here, and a whole recording one call of the library's product.
#include "flexrt/data/Mfcc.h"

#include "flexrt/core/Pool.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace flexrt {
namespace {

constexpr double pi = std::numbers::pi;

at::Tensor matrix(int64_t rows, int64_t columns) { return at::empty({rows, columns}, at::kDouble); }

double toMel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double toHertz(double mel) { return 700 * (std::pow(10.0, mel / 2595) - 1); }

/// [window][2 * bins]: real parts, then imaginary ones, of the windowed frame's spectrum.
at::Tensor spectrumMatrix(int64_t window, int64_t bins) {
  at::Tensor result = matrix(window, 2 * bins);
  double *to = result.mutable_data_ptr<double>();
  for (int64_t i = 0; i < window; ++i) {
    const double hann = 0.5 - 0.5 * std::cos(2 * pi * double(i) / double(window));
    for (int64_t k = 0; k < bins; ++k) {
      const double angle = 2 * pi * double(i * k % window) / double(window);
      to[i * 2 * bins + k] = hann * std::cos(angle);
      to[i * 2 * bins + bins + k] = -hann * std::sin(angle);
    }
  }
  return result;
}

/// [bins][mels]: triangles between frequencies that lie evenly on the mel scale.
at::Tensor melMatrix(int64_t rate, int64_t bins, int64_t mels) {
  const double top = double(rate / 2);
  std::vector<double> corners;
  for (int64_t m = 0; m < mels + 2; ++m)
    corners.push_back(toHertz(toMel(top) * double(m) / double(mels + 1)));
  at::Tensor result = matrix(bins, mels);
  double *to = result.mutable_data_ptr<double>();
  for (int64_t k = 0; k < bins; ++k)
    for (int64_t m = 0; m < mels; ++m) {
      const double hertz = top * double(k) / double(bins - 1), centre = corners[size_t(m) + 1];
      const double up = (hertz - corners[size_t(m)]) / (centre - corners[size_t(m)]);
      const double down = (corners[size_t(m) + 2] - hertz) / (corners[size_t(m) + 2] - centre);
      *to++ = std::max(0.0, std::min(up, down));
    }
  return result;
}

/// [mels][coefficients]: the cosine transform of type 2.
at::Tensor cosineMatrix(int64_t mels, int64_t coefficients) {
  at::Tensor result = matrix(mels, coefficients);
  double *to = result.mutable_data_ptr<double>();
  for (int64_t m = 0; m < mels; ++m)
    for (int64_t c = 0; c < coefficients; ++c)
      *to++ = std::cos(pi / double(mels) * (double(m) + 0.5) * double(c)) *
              std::sqrt((c == 0 ? 1.0 : 2.0) / double(mels));
  return result;
}

} // namespace

struct Mfcc::Matrices {
  at::Tensor spectrum, mel, cosine;
};

Mfcc::Mfcc(int64_t rate, int64_t coefficients, int64_t window, int64_t mels)
    : window(window), coefficients_(coefficients) {
  const int64_t bins = window / 2 + 1;
  matrices = std::make_unique<Matrices>(
      Matrices{spectrumMatrix(window, bins), melMatrix(rate, bins, mels), cosineMatrix(mels, coefficients)});
}

Mfcc::~Mfcc() = default;

std::vector<float> Mfcc::operator()(std::span<const float> signal) const {
  keepLibraryInThread();
  const c10::InferenceMode guard;
  const auto length = int64_t(signal.size());
  const int64_t half = window / 2, count = frames(length), bins = half + 1;
  at::Tensor framed = matrix(count, window);
  double *frame = framed.mutable_data_ptr<double>();
  for (int64_t f = 0; f < count; ++f)
    for (int64_t i = 0; i < window; ++i) {
      int64_t at = std::abs(f * half + i - half); // reflected at the first sample, and at the last
      at = at < length ? at : 2 * (length - 1) - at;
      *frame++ = signal[size_t(at)];
    }
  const at::Tensor spectrum = at::matmul(framed, matrices->spectrum);
  at::Tensor power = matrix(count, bins);
  const double *s = spectrum.const_data_ptr<double>();
  double *p = power.mutable_data_ptr<double>();
  for (int64_t f = 0; f < count; ++f, s += 2 * bins)
    for (int64_t k = 0; k < bins; ++k)
      *p++ = s[k] * s[k] + s[bins + k] * s[bins + k];
  at::Tensor mel = at::matmul(power, matrices->mel);
  double *m = mel.mutable_data_ptr<double>();
  std::transform(m, m + mel.numel(), m, [](double v) { return std::log(v + 1e-6); });
  const at::Tensor result = at::matmul(mel, matrices->cosine);
  const double *r = result.const_data_ptr<double>();
  std::vector<float> coefficients(size_t(count * coefficients_));
  for (int64_t f = 0; f < count; ++f)
    for (int64_t c = 0; c < coefficients_; ++c)
      coefficients[size_t(c * count + f)] = float(*r++);
  return coefficients;
}

} // namespace flexrt
