/// The innermost kernels of the spectral convolution between its transforms: products of complex matrices, one call per
/// frequency. Each is a function of the module, emitted once, called with opaque pointers and strides in bytes.
///
/// A slice is what one frequency holds: per channel `groups` groups of W samples, W the lanes of a vector register, each
/// group as W real parts followed by W imaginary parts. Group g of a channel starts 2*g*W elements behind the channel's
/// start; the distance between channels is an argument, so that slices can be padded. Memory need not be aligned beyond
/// its element. Sizes are i64 and may be 0; nothing is written outside what the arguments name, nor read.
///
/// In a *folded* slice, a vector has `fold` channels of W/fold samples each: the real parts of all channels side by side,
/// rounded up to whole vectors, and in the same order the imaginary parts.
///
/// While arithmetic keeps the processor busy, memory is idle: so each product takes `Errands` as its last arguments.
///
/// Not here: the choice of blocks and the loops over frequencies and threads, which are the caller's.
#pragma once

#include "flex/Conversion/HostBuilder.h"
#include "flex/Conversion/Lanes.h"

namespace flex {

/// What a product sees to on the way, a little with every tile: it asks for vectors that will be read soon, and writes vectors
/// times a number past the caches, to a multiple of their size. Either may be none.
struct Errands {
  mlir::Value ahead, aheadVectors;      ///< ptr: the first, and how many
  mlir::Value from, to, vectors, scale; ///< ptr, ptr, how many, and the number, of the elements' type

  static Errands none(HostBuilder &host, mlir::FloatType element);
  static llvm::SmallVector<mlir::Type> types(HostBuilder &host, mlir::FloatType element);
  void appendTo(llvm::SmallVectorImpl<mlir::Value> &arguments) const;
};

class SpectralTiles {
public:
  /// `lanes`: those of a vector register, a power of two from 2 on. `registers`: how many vector registers the target
  /// has (32 with AVX-512 and on AArch64, 16 with AVX2 and SSE); the register tiles follow from it.
  SpectralTiles(HostBuilder &host, mlir::FloatType element, int64_t lanes, int64_t registers);

  /// A variant of `product` and `taps`.
  struct Form {
    bool conjugate = false;
    bool accumulate = false; ///< adds to the result's memory, which is overwritten otherwise
  };

  /// Y[o] = sum over c of X[c] * w(c, o), for every sample; with `conjugate` times the conjugate of w(c, o).
  ///   (x: ptr, xStride,                  X[0], and bytes from X[c] to X[c + 1]
  ///    w: ptr, wInner, wOuter, wIm,      real part of w(0, 0), bytes to w(1, 0), to w(0, 1), and to the imaginary part
  ///    y: ptr, yStride,                  Y[0], and bytes from Y[o] to Y[o + 1]; must not overlap x
  ///    inner, outer, groups,             channels of X, channels of Y, groups of either
  ///    errands...)
  /// Named `flex.spectral.product.{plain|conj}[.add].{f32|f64}`.
  mlir::func::FuncOp product(Form form);

  /// The same products of folded slices, with `fold` a power of two from 2 to the lanes: Y from X, or if not `toOutputs`, X[c] =
  /// sum over o of Y[o] * w(c, o).
  ///   (from: ptr, fromIm,                what is multiplied, and bytes to its imaginary parts
  ///    w: ptr, wIm,                      real part of w(0, 0), which w(1, 0) follows and, after all of these, w(0, 1)
  ///    to: ptr, toIm,                    the result, likewise
  ///    in, out,                          channels of X, channels of Y
  ///    errands...)
  /// Lanes behind X's last channel may hold anything finite, and are 0 in the result. Those behind Y's are not touched.
  /// Named `flex.spectral.{outputs|inputs}.by<fold>.{plain|conj}.{f32|f64}`.
  mlir::func::FuncOp folded(int64_t fold, bool toOutputs, Form form);

  /// Turns X for `taps`: samples become rows, channels lanes. A vector is read from where a channel starts on, also where others
  /// share it.
  ///   (x: ptr, xStride, xIm,             X[0], bytes from X[c] to X[c + 1], and to the imaginary part
  ///    to: ptr, toStride,                row 0 of groups * W, and bytes from row to row, at least those of turnedElements
  ///    channels, groups)
  /// Named `flex.spectral.turn.{f32|f64}`.
  mlir::func::FuncOp turn();

  /// D(o, c) = sum over all samples of X[c] * conj(Y[o]); with `conjugate` of conj(X[c]) * Y[o].
  ///   (turned: ptr, turnedStride,        what `turn` made of X, with its toStride
  ///    y: ptr, yStride, yIm,             Y[0], bytes from Y[o] to Y[o + 1], and to the imaginary part
  ///    channels, outer, groups, samples, channels of X, channels of Y, groups of either, samples in each: at most W
  ///    d: ptr, dOuter, dIm,              real part of D(0, 0), bytes to D(1, 0), and to the imaginary part. D(o, c) and
  ///                                      D(o, c + 1) are neighbours. Exactly channels * outer parts of each are written.
  ///    errands...)
  /// Named `flex.spectral.taps.{plain|conj}[.add].{f32|f64}`.
  mlir::func::FuncOp taps(Form form);

  /// Elements of a row of `turn`'s result; a multiple of the lanes.
  int64_t turnedElements(int64_t channels) const { return (2 * channels + lanes - 1) / lanes * lanes; }
  mlir::Value turnedElements(mlir::Value channels);

private:
  /// "flex.spectral.<kernel><variant>.<element>"
  std::string name(llvm::StringRef kernel, llvm::StringRef variant) const;
  static std::string variant(Form form);
  /// The function of that name, made by `build` on its arguments if it is not there yet. Leaves the builder where it is.
  mlir::func::FuncOp once(const std::string &name, llvm::ArrayRef<mlir::Type> arguments,
                          llvm::function_ref<void(mlir::ValueRange)> build);
  /// Likewise, with those of `Errands` behind its arguments.
  mlir::func::FuncOp withErrands(const std::string &name, llvm::ArrayRef<mlir::Type> arguments,
                                 llvm::function_ref<void(mlir::ValueRange)> build);

  HostBuilder &host;
  mlir::FloatType element;
  int64_t lanes, registers;
};

/// How many vector registers a tile's sums may take. The rest holds inputs, weights and their sums; with more for the
/// sums, LLVM's scheduler spills.
int64_t registersForSums(int64_t registers);

/// The errands of a function, its last arguments, in as many equal shares as it has units of work.
class ErrandShares {
public:
  ErrandShares(HostBuilder &host, Lanes lanes, mlir::ValueRange arguments, mlir::Value units);
  /// The shares of `count` units from `first` on.
  void run(mlir::Value first, int64_t count);

private:
  /// `each(bytes from the first)` for those of `vectors` that are in these shares.
  void forVectors(mlir::Value first, int64_t count, mlir::Value vectors, llvm::function_ref<void(mlir::Value bytes)> each);

  HostBuilder &h;
  Lanes l;
  Errands errands;
  mlir::Value units;
};

/// Covers `count` things in blocks: as many of `largest` as fit, then of half that (rounded up), down to 1. `block` emits
/// the code for `size` things from `first` on.
void emitInBlocks(HostBuilder &host, mlir::Value count, int64_t largest,
                  llvm::function_ref<void(int64_t size, mlir::Value first)> block);

} // namespace flex
