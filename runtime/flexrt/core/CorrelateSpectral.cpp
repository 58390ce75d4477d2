/// Correlations by the Fourier transform, in three phases on the pool: transform both operands, multiply channels by
/// channels at every frequency, transform back.
///
/// Per axis with L points, lag u of the kernel runs over [lo, hi], and y[p] = sum_u k[u] x[p + u]. With the kernel's
/// lag 0 at index 0 and M >= L + max(-lo, hi), what wraps round falls on zeros or on points that are thrown away, so
/// that M may be smaller than L + taps - 1. Lags that never meet the data (|u| >= L) are dropped.
#include "flexrt/core/Correlate.h"

#include "flexrt/core/Pool.h"

#include <ATen/ops/bmm.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/fft_irfftn.h>
#include <ATen/ops/fft_rfftn.h>
#include <ATen/ops/roll.h>

#include <algorithm>
#include <cmath>

namespace flexrt {
namespace {

constexpr int64_t sampleSlice = 4; ///< samples transformed at once
constexpr int64_t outSlice = 4;    ///< output channels of the kernel transformed at once
constexpr int64_t frequencyChunks = 32;

/// The smallest 2^a 3^b 5^c >= n, even unless it is 1: lengths that FFT libraries are good at.
int64_t goodLength(int64_t n) {
  if (n <= 1)
    return 1;
  int64_t best = 2;
  while (best < n)
    best *= 2;
  for (int64_t five = 1; five < best; five *= 5)
    for (int64_t three = five; three < best; three *= 3) {
      int64_t length = 2 * three;
      while (length < n)
        length *= 2;
      best = std::min(best, length);
    }
  return best;
}

struct Axis {
  int64_t points, length; ///< L and M
  int64_t skipped;        ///< taps in front that never meet the data
  int64_t lo, hi;         ///< lags of the taps that are left

  Axis(int64_t points, int64_t taps, int64_t before) : points(points) {
    lo = std::max(-before, 1 - points);
    hi = std::min(taps - 1 - before, points - 1);
    skipped = lo + before;
    length = goodLength(points + std::max(-lo, hi));
  }
  int64_t lags() const { return hi - lo + 1; }
};

class Spectral {
public:
  explicit Spectral(const Correlation &c)
      : c_(c), y_(c.size[0], c.taps[0], c.before[0]), x_(c.size[1], c.taps[1], c.before[1]),
        frequencies_(y_.length * (x_.length / 2 + 1)) {}

  void output() {
    const at::Tensor x = ofSamples(CorrelatePass::output, false), k = ofKernel(true);
    toSamples(multiply(x, k), false);
  }
  void inputGrad() {
    const at::Tensor dy = ofSamples(CorrelatePass::inputGrad, true), k = ofKernel(false).transpose(1, 2);
    toSamples(multiply(dy, k), true);
  }
  void kernelGrad() {
    const at::Tensor x = ofSamples(CorrelatePass::output, false), dy = ofSamples(CorrelatePass::kernelGrad, true);
    toKernel(multiply(dy.transpose(1, 2), x));
  }

private:
  at::Tensor buffer(int64_t rows, int64_t columns) const {
    const auto complex = c_.type == at::kDouble ? at::kComplexDouble : at::kComplexFloat;
    return at::empty({frequencies_, rows, columns}, at::TensorOptions(complex));
  }

  std::array<int64_t, 2> lengths() const { return {y_.length, x_.length}; }

  /// Spectra of the input, or of the output's gradient: [frequency][sample][channel]. For the kernel's gradient the
  /// latter are conjugate.
  at::Tensor ofSamples(CorrelatePass pass, bool outputSide) const {
    at::Tensor spectra = buffer(c_.samples, outputSide ? c_.out : c_.in);
    parallelFor((c_.samples + sampleSlice - 1) / sampleSlice, [&](int64_t s) {
      sliceGuard([&] {
        const int64_t first = s * sampleSlice, count = std::min(sampleSlice, c_.samples - first);
        const at::Tensor points = outputSide ? c_.output(first, count) : c_.input(first, count);
        at::Tensor slice = at::fft_rfftn(points, lengths(), at::IntArrayRef({2, 3}));
        if (pass == CorrelatePass::kernelGrad)
          slice = slice.conj();
        spectra.narrow(1, first, count).copy_(slice.reshape({count, -1, frequencies_}).permute({2, 0, 1}));
      });
    });
    return spectra;
  }

  /// Spectra of the kernel, [frequency][in][out].
  at::Tensor ofKernel(bool conjugate) const {
    at::Tensor spectra = buffer(c_.in, c_.out);
    const at::Tensor taps = c_.kernel().narrow(2, y_.skipped, y_.lags()).narrow(3, x_.skipped, x_.lags());
    parallelFor((c_.out + outSlice - 1) / outSlice, [&](int64_t s) {
      sliceGuard([&] {
        const int64_t first = s * outSlice, count = std::min(outSlice, c_.out - first);
        const at::Tensor padded =
            at::constant_pad_nd(taps.narrow(0, first, count), {0, x_.length - x_.lags(), 0, y_.length - y_.lags()});
        const at::Tensor centred = at::roll(padded, {y_.lo, x_.lo}, {2, 3});
        at::Tensor slice = at::fft_rfftn(centred, lengths(), at::IntArrayRef({2, 3}));
        if (conjugate)
          slice = slice.conj();
        spectra.narrow(2, first, count).copy_(slice.reshape({count, c_.in, frequencies_}).permute({2, 1, 0}));
      });
    });
    return spectra;
  }

  /// Products [frequency][a][b] of [frequency][a][c] and [frequency][c][b].
  at::Tensor multiply(const at::Tensor &left, const at::Tensor &right) const {
    at::Tensor product = buffer(left.size(1), right.size(2));
    const int64_t each = (frequencies_ + frequencyChunks - 1) / frequencyChunks;
    parallelFor((frequencies_ + each - 1) / each, [&](int64_t s) {
      sliceGuard([&] {
        const int64_t first = s * each, count = std::min(each, frequencies_ - first);
        at::Tensor part = product.narrow(0, first, count);
        at::bmm_out(part, left.narrow(0, first, count), right.narrow(0, first, count));
      });
    });
    return product;
  }

  void toSamples(const at::Tensor &spectra, bool inputSide) const {
    parallelFor((c_.samples + sampleSlice - 1) / sampleSlice, [&](int64_t s) {
      sliceGuard([&] {
        const int64_t first = s * sampleSlice, count = std::min(sampleSlice, c_.samples - first);
        const at::Tensor points = back(spectra.narrow(1, first, count).permute({1, 2, 0}));
        at::Tensor result = inputSide ? c_.input(first, count) : c_.output(first, count);
        result.copy_(points.narrow(2, 0, y_.points).narrow(3, 0, x_.points));
      });
    });
  }

  /// From [frequency][out][in].
  void toKernel(const at::Tensor &spectra) const {
    const at::Tensor kernel = c_.kernel();
    if (y_.lags() < c_.taps[0] || x_.lags() < c_.taps[1])
      c_.kernel().zero_();
    parallelFor((c_.out + outSlice - 1) / outSlice, [&](int64_t s) {
      sliceGuard([&] {
        const int64_t first = s * outSlice, count = std::min(outSlice, c_.out - first);
        const at::Tensor taps =
            at::roll(back(spectra.narrow(1, first, count).permute({1, 2, 0})), {-y_.lo, -x_.lo}, {2, 3});
        kernel.narrow(0, first, count)
            .narrow(2, y_.skipped, y_.lags())
            .narrow(3, x_.skipped, x_.lags())
            .copy_(taps.narrow(2, 0, y_.lags()).narrow(3, 0, x_.lags()));
      });
    });
  }

  /// [a][b][frequency] to [a][b][M][M].
  at::Tensor back(const at::Tensor &spectra) const {
    const at::Tensor grid = spectra.reshape({spectra.size(0), spectra.size(1), y_.length, x_.length / 2 + 1});
    return at::fft_irfftn(grid, lengths(), at::IntArrayRef({2, 3}));
  }

  const Correlation &c_;
  Axis y_, x_;
  int64_t frequencies_;
};

} // namespace

bool spectralIsFaster(const Correlation &c, CorrelatePass pass) {
  const Axis y(c.size[0], c.taps[0], c.before[0]), x(c.size[1], c.taps[1], c.before[1]);
  const double points = double(y.length * x.length), pairs = double(c.in * c.out), samples = double(c.samples);
  // Fitted to times on a CPU with AVX-512; the unit is a multiply-add of the direct way.
  constexpr double perProduct = 14, perTransformed = 25;
  double direct = samples * double(c.size[0] * c.size[1]) * pairs * double(c.taps[0] * c.taps[1]);
  if (pass == CorrelatePass::inputGrad) // that kernel fills its vectors with input channels
    direct *= std::max(1.0, 16 / double(c.in));
  if (pass == CorrelatePass::kernelGrad && c.causal)
    direct *= 2;
  if (c.type == at::kDouble) // libtorch has no fast direct way then
    direct *= 2.5;
  const double transformed = (samples * double(c.in + c.out) + pairs) * points * std::log2(points);
  return perProduct * samples * pairs * points / 2 + perTransformed * transformed < direct;
}

void correlateSpectral(const Correlation &c, CorrelatePass pass) {
  Spectral spectral(c);
  if (pass == CorrelatePass::output)
    spectral.output();
  else if (pass == CorrelatePass::inputGrad)
    spectral.inputGrad();
  else
    spectral.kernelGrad();
}

} // namespace flexrt
