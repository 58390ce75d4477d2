/// What a correlation or its gradients work on: what every way to compute one is asked with.
#pragma once

#include "flex/Dialect/CorrelationFields.h"

namespace flex {

/// A function that computes rows of x where they are wanted, as PointsCall.h says, and its context. `call` may be null when it
/// runs: x lies in memory. Null values: nothing ever has a source. Where y is computed and neither is null, the rows are written
/// to x, each point once.
struct RowSource {
  mlir::Value call, context;
};

/// Fields are pointers, which may be null when the code runs: not wanted, or x where it has a source. Data is in the layout of
/// lanes, taps are rows of a pair of channels each.
struct CorrelationCall : CorrelationFields<mlir::Value> {
  int64_t in = 0, out = 0;
  bool causal = false;               ///< a signal whose last tap meets the present; else an image with centred taps
  mlir::Value samples, paddedSamples;
  mlir::Value size[2], taps[2];      ///< of the data and of the taps; axis 1 of a signal is 1
  mlir::Value tapStride;             ///< elements from one (out, in) pair's taps to the next
  int64_t hidden = 0;                ///< signals of a mixture's basis; 0: taps are given
  bool mixesSpectra = false;         ///< of a mixture, spectra are mixed: no taps are made
  mlir::Value nearBytes;             ///< what is between passes goes through the caches up to this size; null: past them
  mlir::Value workspace;
  RowSource source;                  ///< for algorithms that work row by row
  /// Memory for x's spectra, which y's computation leaves there for the taps' gradient; null when it runs: nothing is kept.
  mlir::Value kept;

  /// All pointers, in the order in which a convolution's function takes them.
  llvm::SmallVector<mlir::Value *> pointers() {
    llvm::SmallVector<mlir::Value *> all = this->all();
    all.append({&kept, &workspace, &source.call, &source.context});
    return all;
  }
};

} // namespace flex
