/// What a correlation or its gradients work on: what every way to compute one is asked with.
#pragma once

#include "mlir/IR/Value.h"

namespace flex {

/// Taps as mixtures: those of pair p are weight[p] basis + bias[p] scale. Or the gradients of these. Rows of basis and scale
/// are like rows of taps, weight and bias without gaps.
struct Mixture {
  mlir::Value weight, basis, bias, scale;
};

/// A function that computes rows of x where they are wanted, as PointsCall.h says, and its context. `call` may be null when it
/// runs: x lies in memory. Null values: nothing ever has a source.
struct RowSource {
  mlir::Value call, context;
};

/// Null pointers: not wanted. Data is in the layout of lanes, taps are rows of a pair of channels each.
struct CorrelationCall {
  int64_t in = 0, out = 0;
  bool causal = false;               ///< a signal whose last tap meets the present; else an image with centred taps
  mlir::Value samples, paddedSamples;
  mlir::Value size[2], taps[2];      ///< of the data and of the taps; axis 1 of a signal is 1
  mlir::Value tapStride;             ///< elements from one (out, in) pair's taps to the next
  mlir::Value workspace;
  mlir::Value input, kernel, output; ///< x, taps, y; x is null where it has a source
  RowSource source;                  ///< for algorithms that work row by row
  mlir::Value gradient;              ///< of y
  mlir::Value inputGradient, kernelGradient;
  int64_t hidden = 0;                ///< signals of the basis; 0: taps are given
  Mixture mixture, mixtureGradient;  ///< in place of `kernel` and `kernelGradient`; all gradients or none
  /// Memory for x's spectra, which y's computation leaves there for the taps' gradient; null when it runs: nothing is kept.
  mlir::Value kept;
  mlir::Value nearBytes;             ///< what is between passes goes through the caches up to this size; null: past them
  mlir::Value mean, deviations;      ///< of each channel of y, over samples and points; null when it runs: not wanted
};

} // namespace flex
