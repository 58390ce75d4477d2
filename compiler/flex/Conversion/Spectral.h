/// The spectral convolution: y, and both gradients, of `flex.correlate` through discrete Fourier transforms of whole
/// images and signals.
///
/// Everything stays in the layout of lanes. Sample n and the sample one vector further make one complex number, so that
/// a transform of two samples costs one complex transform, and no result has to be untangled: taps are real. Only
/// `size + reach` points per axis of an image are needed, or as many as taps, since what wraps round falls where nothing
/// is kept. The passes, each cut over the runtime's pool:
///
///   stage    taps and rows of the data along axis A       -> T[frequency A][channel][outer][complex lanes]
///   columns  for every frequency A: axis B of the data and of the taps, one matrix product over channels per frequency,
///            back along axis B into T
///   rows     back along axis A
///
/// An image has A along its columns and B along its rows. A signal of M1 * M2 points is laid out as M2 interleaved
/// sequences ("four-step"): A runs over every M2-th point, B over the sequences, with twiddle factors between.
///
/// Sizes are run-time values; codelets (Codelets.h) and products (SpectralTiles.h) are called through pointers that the
/// functions `image_plan` and `signal_plan` choose. All functions share one context of 8-byte slots, so that every layer shares the code.
#pragma once

#include "flex/Conversion/Correlation.h"
#include "flex/Conversion/HostBuilder.h"

namespace flex {

class SpectralCode;

class SpectralEmitter {
public:
  SpectralEmitter(HostBuilder &host, mlir::FloatType element, int64_t lanes);

  /// Runs the plan of `call`, whose pointers may be missing if only the workspace is asked for. The result is memory of
  /// the calling function.
  mlir::Value plan(const CorrelationCall &call, bool backward);
  /// Bytes of workspace that a plan takes; 0 where no transform is long enough.
  mlir::Value workspace(mlir::Value plan);
  /// Bytes of x's spectra, for `kept` of the calls of y and of the taps' gradient; 0 where they cannot be kept.
  mlir::Value kept(mlir::Value plan);
  /// y from x and taps.
  void forward(mlir::Value plan);
  /// The gradients whose pointers are set, from x, taps and y's gradient.
  void backward(mlir::Value plan);

private:
  /// Emits the passes, unless they are there, and the function that runs them in order; calls it.
  void run(mlir::Value plan, llvm::StringRef name, llvm::function_ref<void(SpectralCode &)> body);

  HostBuilder &h;
  mlir::FloatType element;
  int64_t lanes;
};

} // namespace flex
