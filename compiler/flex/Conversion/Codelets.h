/// Functions of the emitted program that transform one sequence of lanes: the pieces of the spectral convolution. A module
/// that uses one only declares it; bodies are emitted, compiled and cached apart from the program (see Target).
///
///   @flex.fft.<length>.<forward|inverse>[.<kept>|.upto<kept>][.twiddled].<f32|f64>
///       (from: ptr, fromStride: i64, fromIm: i64, to: ptr, toStride: i64, toIm: i64, origin: i64, count: i64,
///        factors: ptr)
///
/// Real lanes of element i lie at `from + i fromStride`, imaginary ones `fromIm` behind; strides are bytes, and vectors
/// need no more alignment than their elements. `to` and `from` must not overlap. The transform is not normalised; the
/// exponent is -2 pi i jk / length forward and +2 pi i jk / length inverse.
///
/// Of the sequence in time, which is what goes into a forward and comes out of an inverse transform, memory holds a
/// window of `count` elements: point i is element j = (i + origin) mod length. Where j >= count the point is zero going
/// in and dropped coming out, and no memory is touched for it. 0 <= origin < length, 0 <= count <= length. Of the
/// spectrum all `length` elements are read or written. A function with <kept> takes origin = 0 and count = <kept> as
/// known and does not read these two arguments; one with upto<kept> reads a count of at most <kept>.
///
/// A `.twiddled` one multiplies point i of the sequence in time by a complex number, `factors[2 i]` and `factors[2 i + 1]`,
/// the same for all lanes; the others do not read that argument.
#pragma once

#include "flex/Conversion/HostBuilder.h"

#include <optional>

namespace flex {

/// Which codelet. Two keys with equal names differ in nothing but `lanes`, which is one number in a program.
struct CodeletKey {
  int64_t length;
  bool inverse;
  std::optional<int64_t> kept; ///< points of a window that starts at point 0; none: the window is known at run time
  mlir::FloatType element;
  int64_t lanes;
  bool twiddled = false;
  bool counted = false; ///< with `kept`: that is the largest count, and the count is known at run time

  /// The symbol.
  std::string name() const;
};

/// Lengths that a program chooses from, rising, up to 256. From 24 to 64 the next one is at most 1/12 too long.
llvm::ArrayRef<int64_t> codeletLengths();

/// The function's declaration in the module, made on first use. The builder stays where it is.
mlir::func::FuncOp getCodelet(HostBuilder &h, const CodeletKey &key);

/// What a function is the declaration of, if it is a codelet's.
std::optional<CodeletKey> codeletKey(mlir::func::FuncOp function);

/// The function itself, visible from other modules.
mlir::func::FuncOp emitCodelet(HostBuilder &h, const CodeletKey &key);

} // namespace flex
