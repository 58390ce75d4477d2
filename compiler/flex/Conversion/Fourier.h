/// Discrete Fourier transforms as straight-line code on lanes: each lane is a transform of its own, so there is not one
/// shuffle. The same code serves vector registers and, with one lane, the threads of a GPU.
///
/// The order in which operations are emitted is the order that they are meant to run in. It goes depth first: a value is
/// loaded where it is first needed and given away as soon as it exists, so that few are alive at a time.
#pragma once

#include "flex/Conversion/Lanes.h"

namespace flex {

/// A complex number per lane. A part that is null is an exact zero and costs nothing.
struct Complex {
  mlir::Value re, im;
};

class Fourier {
public:
  /// Without `inverse` the transform is X(k) = sum_j x(j) exp(-2 pi i jk / n), with it the sign of the exponent is plus.
  /// Neither divides by n.
  Fourier(Lanes &lanes, bool inverse) : l(lanes), sign(inverse ? 1 : -1) {}

  /// Gives input j; asked once for each.
  using Source = llvm::function_ref<Complex(int64_t)>;
  /// Takes output k; told once of each.
  using Sink = llvm::function_ref<void(int64_t, Complex)>;
  /// `length` may have any prime factors; what is not 2, 3 or 5 costs its square.
  void transform(int64_t length, Source source, Sink sink);

private:
  using Points = llvm::SmallVector<Complex>;

  //===- Arithmetic on lanes with exact zeros ------------------------------------------------------------------------===//
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value neg(mlir::Value x);
  mlir::Value scale(mlir::Value x, double c);
  mlir::Value fma(mlir::Value x, double c, mlir::Value y); ///< x c + y
  Complex add(Complex x, Complex y) { return {add(x.re, y.re), add(x.im, y.im)}; }
  Complex sub(Complex x, Complex y) { return {sub(x.re, y.re), sub(x.im, y.im)}; }
  Complex fma(Complex x, double c, Complex y) { return {fma(x.re, c, y.re), fma(x.im, c, y.im)}; }
  Complex turned(Complex x, int quarters); ///< x i^quarters
  /// x times the root of unity exp(sign 2 pi i k / n).
  Complex twiddled(Complex x, int64_t k, int64_t n);
  mlir::Value constant(double c);

  //===- Transforms --------------------------------------------------------------------------------------------------===//
  Points butterfly(Points x);
  Points butterfly4(Points x);
  Points butterflyOdd(Points x);
  void splitCoprime(int64_t r, int64_t m, Source source, Sink sink);
  void splitTwiddled(int64_t r, int64_t m, Source source, Sink sink);

  Lanes &l;
  int sign;
};

} // namespace flex
