/// The two ways to compute a correlation with libtorch; nothing outside core/Correlate*.cpp includes this.
#pragma once

#include "flexrt/abi/flexrt.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <functional>

namespace flexrt {

/// What is wanted: one of the three arrays from the other two.
enum class CorrelatePass { output, inputGrad, kernelGrad };

/// A flexrt_correlation with rank 1 seen as images of height 1, and as tensors.
struct Correlation {
  explicit Correlation(const flexrt_correlation &c);

  int64_t samples, in, out;
  std::array<int64_t, 2> size;
  std::array<int64_t, 2> taps;
  std::array<int64_t, 2> before; ///< zeros in front of each axis: tap t meets the point t - before
  bool causal;
  at::ScalarType type;

  at::Tensor input(int64_t first, int64_t count) const;  ///< [n][in][h][w], channels last in memory
  at::Tensor output(int64_t first, int64_t count) const; ///< [n][out][h][w], likewise
  at::Tensor kernel() const;                             ///< [out][in][ky][kx]

private:
  at::Tensor slice(const void *data, int64_t channels, int64_t first, int64_t count) const;
  const void *x_, *k_, *y_;
  int64_t tapStride_;
};

/// Whether the Fourier transform is the faster way. A function of shapes and element type alone.
bool spectralIsFaster(const Correlation &c, CorrelatePass pass);

void correlateDirect(const Correlation &c, CorrelatePass pass);
void correlateSpectral(const Correlation &c, CorrelatePass pass);

/// Runs a slice's work on whatever thread it falls to: libtorch single-threaded, nothing recorded, failures noted.
void sliceGuard(const std::function<void()> &work) noexcept;

} // namespace flexrt
