// Arithmetic and decompositions of the transforms. Lengths that are products are split (Cooley and Tukey, or without
// twiddle factors after Good and Thomas where the factors are coprime) until a butterfly is left.
#include "flex/Conversion/Fourier.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace flex;

static constexpr double kTurn = 2 * M_PI;

//===- Arithmetic on lanes with exact zeros ------------------------------------------------------------------------===//

/// What `x` is the negative of, or null. Signs are pushed on into the next operation, where they are free.
static Value negated(Value x) {
  auto neg = x ? x.getDefiningOp<arith::NegFOp>() : nullptr;
  return neg ? neg.getOperand() : Value();
}

Value Fourier::constant(double c) {
  TypedAttr number = l.builder.getFloatAttr(l.element, c);
  if (auto type = dyn_cast<VectorType>(l.laneType()))
    number = DenseElementsAttr::get(type, Attribute(number));
  return l.builder.create<arith::ConstantOp>(l.loc, number);
}

Value Fourier::neg(Value x) {
  if (!x)
    return x;
  Value positive = negated(x);
  return positive ? positive : l.neg(x);
}

Value Fourier::add(Value x, Value y) {
  if (!x || !y)
    return x ? x : y;
  if (Value positive = negated(y))
    return sub(x, positive);
  if (Value positive = negated(x))
    return sub(y, positive);
  return l.add(x, y);
}

Value Fourier::sub(Value x, Value y) {
  if (!x || !y)
    return x ? x : neg(y);
  if (Value positive = negated(y))
    return add(x, positive);
  return l.sub(x, y);
}

Value Fourier::scale(Value x, double c) {
  if (!x || c == 0)
    return {};
  if (Value positive = negated(x))
    return scale(positive, -c);
  return l.mul(x, constant(c));
}

Value Fourier::fma(Value x, double c, Value y) {
  if (!x || !y)
    return x ? scale(x, c) : y;
  if (Value positive = negated(x))
    return fma(positive, -c, y);
  // A product that is used twice would not be contracted; this op is a product and a sum where no instruction has both.
  return l.builder.create<LLVM::FMulAddOp>(l.loc, x, constant(c), y);
}

Complex Fourier::turned(Complex x, int quarters) {
  switch (quarters & 3) {
  case 1:
    return {neg(x.im), x.re};
  case 2:
    return {neg(x.re), neg(x.im)};
  case 3:
    return {x.im, neg(x.re)};
  default:
    return x;
  }
}

Complex Fourier::twiddled(Complex x, int64_t k, int64_t n) {
  k %= n;
  if (4 * k % n == 0)
    return turned(x, sign * int(4 * k / n));
  double c = std::cos(kTurn * k / n), s = sign * std::sin(kTurn * k / n);
  Value re = scale(x.re, c), im = scale(x.im, c);
  re = fma(x.im, -s, re);
  im = fma(x.re, s, im);
  return {re, im};
}

//===- Butterflies -------------------------------------------------------------------------------------------------===//

Fourier::Points Fourier::butterfly4(Points x) {
  Complex a = add(x[0], x[2]), b = sub(x[0], x[2]);
  Complex c = add(x[1], x[3]), d = turned(sub(x[1], x[3]), sign);
  return {add(a, c), add(b, d), sub(a, c), sub(b, d)};
}

/// Sums and differences of the inputs j and n - j make the real and the imaginary factors meet different values.
Fourier::Points Fourier::butterflyOdd(Points x) {
  int64_t n = x.size(), half = n / 2;
  Points plus(half + 1), minus(half + 1), y(n);
  y[0] = x[0];
  for (int64_t j = 1; j <= half; ++j) {
    plus[j] = add(x[j], x[n - j]);
    minus[j] = sub(x[j], x[n - j]);
    y[0] = add(y[0], plus[j]);
  }
  for (int64_t k = 1; k <= half; ++k) {
    Complex even = x[0], odd;
    for (int64_t j = 1; j <= half; ++j)
      even = fma(plus[j], std::cos(kTurn * (j * k % n) / n), even);
    for (int64_t j = 2; j <= half; ++j) {
      // relative to the first sine, which is left for the last step
      double ratio = std::sin(kTurn * (j * k % n) / n) / std::sin(kTurn * k / n);
      odd = j == 2 ? fma(minus[2], ratio, minus[1]) : fma(minus[j], ratio, odd);
    }
    if (half == 1)
      odd = minus[1];
    double s = std::sin(kTurn * k / n);
    Complex turn = turned(odd, sign);
    y[k] = fma(turn, s, even);
    y[n - k] = fma(turn, -s, even);
  }
  return y;
}

Fourier::Points Fourier::butterfly(Points x) {
  switch (x.size()) {
  case 1:
    return x;
  case 2:
    return {add(x[0], x[1]), sub(x[0], x[1])};
  case 4:
    return butterfly4(std::move(x));
  default:
    return butterflyOdd(std::move(x));
  }
}

//===- Decomposition -----------------------------------------------------------------------------------------------===//

/// The radix of the last step for a length, or the length itself where it is a butterfly's.
static int64_t lastRadix(int64_t length) {
  for (int64_t radix : {4, 2, 3, 5, 7})
    if (length % radix == 0)
      return radix;
  return length;
}

/// Point j of part i is input j r + i; outputs k, k + m, ... come from a butterfly over the parts.
void Fourier::splitTwiddled(int64_t r, int64_t m, Source source, Sink sink) {
  SmallVector<Points> parts(r, Points(m));
  for (int64_t i = 0; i < r; ++i)
    transform(
        m, [&](int64_t j) { return source(j * r + i); }, [&](int64_t k, Complex v) { parts[i][k] = v; });
  for (int64_t k = 0; k < m; ++k) {
    Points x(r);
    for (int64_t i = 0; i < r; ++i)
      x[i] = twiddled(parts[i][k], i * k, r * m);
    Points y = butterfly(std::move(x));
    for (int64_t i = 0; i < r; ++i)
      sink(k + i * m, y[i]);
  }
}

/// Point j of part i is input j r + i m (mod r m): the cross terms of the exponent are whole turns, so there are no
/// twiddle factors, and an output is known by its remainders.
void Fourier::splitCoprime(int64_t r, int64_t m, Source source, Sink sink) {
  int64_t n = r * m;
  SmallVector<Points> parts(r, Points(m));
  for (int64_t i = 0; i < r; ++i)
    transform(
        m, [&](int64_t j) { return source((j * r + i * m) % n); },
        [&](int64_t k, Complex v) { parts[i][k] = v; });
  for (int64_t k = 0; k < m; ++k) {
    Points x(r);
    for (int64_t i = 0; i < r; ++i)
      x[i] = parts[i][k];
    Points y = butterfly(std::move(x));
    for (int64_t output = k; output < n; output += m)
      sink(output, y[output % r]);
  }
}

void Fourier::transform(int64_t length, Source source, Sink sink) {
  int64_t radix = lastRadix(length);
  if (radix != length) {
    if (std::gcd(radix, length / radix) == 1)
      return splitCoprime(radix, length / radix, source, sink);
    return splitTwiddled(radix, length / radix, source, sink);
  }
  Points x;
  for (int64_t i = 0; i < length; ++i)
    x.push_back(source(i));
  Points y = butterfly(std::move(x));
  for (int64_t i = 0; i < length; ++i)
    sink(i, y[i]);
}
