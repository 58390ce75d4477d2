// sin, cos, exp, log, tanh, pow of lanes and scalars become inline polynomials in f32 and f64: LLVM cannot make vectors of
// calls, and a compiled experiment depends on no mathematics library. sqrt, floor and |x| are instructions already.
//
// Method: reduce the argument (by pi, by ln 2, by powers of 2) with the constant cut into parts whose products with small
// integers are exact, then evaluate a near-minimax polynomial (interpolation at Chebyshev nodes, made with 60 digits).
// Errors, measured in test/unit/Conversion/ExpandMathTest.cpp, in units of the last place of a result of the order of 1:
//   sin, cos   1.5 while |x| < 1e4 (f32), |x| < 1e5 (f64); further out they lose the digits that n * pi loses, stay within
//              [-1.01, 1.01], and are NaN for infinity
//   exp        1.5 relative; 0 and infinity beyond the range, subnormal results included
//   log        1.5 relative; -infinity at 0, NaN below
//   tanh       3 relative
//   pow        f32: 1 (computed in f64); f64: grows with |y log x|, about that many units
// NaN goes through. No reassociation is allowed, as the reductions depend on the order of operations.
#include "flex/Conversion/Lanes.h"
#include "flex/Conversion/Passes.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

namespace flex {
#define GEN_PASS_DEF_EXPANDMATH
#include "flex/Conversion/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {
/// Coefficients, lowest first, of one kind for both element types.
struct Polynomials {
  ArrayRef<double> f32, f64;
};

// sin(r) = r + r^3 S(r^2), |r| <= pi/2
constexpr double kSin32[] = {-0.166666666635916344, 0.00833333272233224194, -0.000198410753950876033,
                             2.75356276965126177e-6, -2.40610332453376492e-8};
constexpr double kSin64[] = {-0.166666666666666667,   0.0083333333333333333,    -0.000198412698412698009,
                             2.7557319223969415e-6,   -2.50521083820736985e-8,  1.60590434499633132e-10,
                             -7.64713761798762612e-13, 2.8104289927346362e-15,   -8.00181321794785909e-18};
// e^r = 1 + r + r^2 Q(r), |r| <= ln(2)/2
constexpr double kExp32[] = {0.5, 0.16666573381900846, 0.0416665501103051244, 0.0083637738744055735,
                             0.00139269266140219065};
constexpr double kExp64[] = {0.500000000000000113,    0.166666666666666675,   0.0416666666666206386,
                             0.0083333333333297935,   0.00138888889189391678, 0.000198412698643805133,
                             0.0000248015186413959936, 2.75572664186123037e-6, 2.76213386691429238e-7,
                             2.51013469283503402e-8};
// 2 atanh(s) = 2 s + s^3 T(s^2), |s| <= (sqrt 2 - 1) / (sqrt 2 + 1)
constexpr double kLog32[] = {0.666666856032735603, 0.399885509889357573, 0.295903173571603972};
constexpr double kLog64[] = {0.666666666666666991, 0.399999999998932218, 0.285714286288109956, 0.222222106742385152,
                             0.181829225135159416, 0.153306173067433049, 0.146300313641228605};
// pi and ln 2 in parts of few bits each.
constexpr double kPi32[] = {3.140625, 0.000967502593994140625, 1.50990672409534454e-7, 5.12668813651417921e-12};
constexpr double kPi64[] = {3.14159265346825123, 1.2154201012607932e-10, 4.04453249759190126e-21};
constexpr double kLn2In32[] = {0.693145751953125, 1.42860676533018705e-6};
constexpr double kLn2In64[] = {0.693147180559208209, 7.3710025651677989e-13};

class Expansion {
public:
  Expansion(OpBuilder &b, Location loc, Type type)
      : b(b), type(type), element(cast<FloatType>(getElementTypeOrSelf(type))), wide(element.isF64()),
        l(b, loc, element, isa<VectorType>(type) ? cast<VectorType>(type).getNumElements() : 1) {}

  Value sine(Value x, bool cosine) {
    // n = round(x / pi): adding 1.5 * 2^mantissa leaves the integer in the low bits.
    Value turns = l.mul(x, real(1 / M_PI));
    if (cosine)
      turns = l.sub(turns, real(0.5));
    Value shifted = l.add(turns, real(rounder())), n = l.sub(shifted, real(rounder()));
    Value multiple = cosine ? l.add(n, real(0.5)) : n, r = x;
    for (double part : wide ? ArrayRef<double>(kPi64) : ArrayRef<double>(kPi32))
      r = l.sub(r, l.mul(multiple, real(part)));
    r = l.select(l.compare(CmpKind::gt, l.abs(r), real(1.6)), real(0), r); // |x| too large
    Value z = l.mul(r, r);
    Value y = l.add(l.mul(l.mul(r, z), polynomial({kSin32, kSin64}, z)), r);
    // An odd multiple turns the sign; that of the cosine counts from one.
    Value sign = shift<arith::ShLIOp>(bits(shifted), width() - 1);
    y = fromBits(b.create<arith::XOrIOp>(l.loc, bits(y), sign));
    return cosine ? l.neg(y) : y;
  }

  Value exponential(Value x) {
    Value clamped = clamp(x, wide ? -746 : -104, wide ? 710 : 89);
    auto [n, r] = reduceByLn2(clamped);
    Value z = l.mul(r, r);
    Value y = l.add(l.add(l.mul(z, polynomial({kExp32, kExp64}, r)), r), real(1));
    // 2^n in two factors, as results near the ends of the range need it.
    Value half = shift<arith::ShRSIOp>(n, 1);
    return l.mul(l.mul(y, powerOfTwo(half)), powerOfTwo(b.create<arith::SubIOp>(l.loc, n, half)));
  }

  Value logarithm(Value x) {
    const double smallest = wide ? std::numeric_limits<double>::min() : std::numeric_limits<float>::min();
    const int64_t lift = mantissa() + 1; // subnormal numbers are multiplied by 2^lift
    Value tiny = l.compare(CmpKind::lt, x, real(smallest));
    Value normal = l.select(tiny, l.mul(x, real(std::ldexp(1.0, lift))), x);
    // x = 2^n m, m in [sqrt(1/2), sqrt(2)): count the exponent from that of sqrt(1/2).
    Value raw = bits(normal), base = integer(wide ? 0x3fe6a09e667f3bcd : 0x3f3504f3);
    Value distance = b.create<arith::SubIOp>(l.loc, raw, base);
    Value n = shift<arith::ShRSIOp>(distance, mantissa());
    Value m = fromBits(b.create<arith::SubIOp>(l.loc, raw, shift<arith::ShLIOp>(n, mantissa())));
    Value exponent = l.sub(l.fromInteger(n), l.select(tiny, real(lift), real(0)));
    // log(1 + f) = 2 atanh(s), s = f / (2 + f); written as f minus something small, for the last bits.
    Value f = l.sub(m, real(1)), s = l.div(f, l.add(f, real(2))), z = l.mul(s, s);
    Value rest = l.mul(s, l.sub(f, l.mul(z, polynomial({kLog32, kLog64}, z))));
    auto [high, low] = ln2();
    Value y = l.add(l.mul(exponent, high), l.sub(f, l.sub(rest, l.mul(exponent, low))));
    Value finite = l.compare(CmpKind::lt, x, real(INFINITY));
    y = l.select(finite, y, x); // infinity and NaN
    Value negative = l.compare(CmpKind::lt, x, real(0)), zero = l.compare(CmpKind::eq, x, real(0));
    return l.select(zero, real(-INFINITY), l.select(negative, real(NAN), y));
  }

  Value hyperbolicTangent(Value x) {
    // E / (E + 2), E = e^(2|x|) - 1 = 2^n (e^r - 1) + (2^n - 1)
    Value doubled = clamp(l.mul(l.abs(x), real(2)), 0, wide ? 44 : 20);
    auto [n, r] = reduceByLn2(doubled);
    Value z = l.mul(r, r), scale = powerOfTwo(n);
    Value small = l.add(l.mul(z, polynomial({kExp32, kExp64}, r)), r);
    Value e = l.add(l.mul(scale, small), l.sub(scale, real(1)));
    Value y = l.div(e, l.add(e, real(2)));
    Value sign = b.create<arith::AndIOp>(l.loc, bits(x), integer(int64_t(1) << (width() - 1)));
    return fromBits(b.create<arith::OrIOp>(l.loc, bits(y), sign));
  }

  Value power(Value x, Value y) {
    if (!wide) {
      Type wideType = isa<VectorType>(type) ? Type(VectorType::get({l.width}, b.getF64Type())) : b.getF64Type();
      Expansion inner(b, l.loc, wideType);
      Value p = inner.power(b.create<arith::ExtFOp>(l.loc, wideType, x), b.create<arith::ExtFOp>(l.loc, wideType, y));
      return b.create<arith::TruncFOp>(l.loc, type, p);
    }
    Value p = exponential(l.mul(y, logarithm(l.abs(x))));
    // Below zero: a sign if y is odd, NaN if it is no integer.
    Value half = l.mul(y, real(0.5));
    Value whole = l.compare(CmpKind::eq, l.floor(y), y), even = l.compare(CmpKind::eq, l.floor(half), half);
    Value signedPower = l.select(whole, l.select(even, p, l.neg(p)), real(NAN));
    p = l.select(l.compare(CmpKind::lt, x, real(0)), signedPower, p);
    return l.select(l.compare(CmpKind::eq, y, real(0)), real(1), p);
  }

private:
  OpBuilder &b;
  Type type;
  FloatType element;
  bool wide;
  Lanes l;

  int64_t width() const { return wide ? 64 : 32; }
  int64_t mantissa() const { return wide ? 52 : 23; }
  double rounder() const { return std::ldexp(1.5, mantissa()); }

  Value real(double value) {
    auto number = b.getFloatAttr(element, value);
    return constant(type, number);
  }
  Type integerType() const { return l.laneType(b.getIntegerType(width())); }
  Value integer(int64_t value) { return constant(integerType(), b.getIntegerAttr(b.getIntegerType(width()), value)); }
  Value constant(Type type, Attribute number) {
    if (auto vector = dyn_cast<VectorType>(type))
      number = DenseElementsAttr::get(vector, number);
    return b.create<arith::ConstantOp>(l.loc, cast<TypedAttr>(number));
  }
  Value bits(Value x) { return b.create<arith::BitcastOp>(l.loc, integerType(), x); }
  Value fromBits(Value x) { return b.create<arith::BitcastOp>(l.loc, type, x); }
  template <class Op> Value shift(Value x, int64_t by) { return b.create<Op>(l.loc, x, integer(by)); }

  /// NaN stays NaN.
  Value clamp(Value x, double low, double high) {
    x = l.select(l.compare(CmpKind::gt, x, real(high)), real(high), x);
    return l.select(l.compare(CmpKind::lt, x, real(low)), real(low), x);
  }
  Value polynomial(Polynomials p, Value z) {
    ArrayRef<double> c = wide ? p.f64 : p.f32;
    Value y = real(c.back());
    for (double coefficient : llvm::reverse(c.drop_back()))
      y = l.add(l.mul(y, z), real(coefficient));
    return y;
  }
  std::pair<Value, Value> ln2() { return {real((wide ? kLn2In64 : kLn2In32)[0]), real((wide ? kLn2In64 : kLn2In32)[1])}; }
  /// x = n ln 2 + r; n as an integer.
  std::pair<Value, Value> reduceByLn2(Value x) {
    Value shifted = l.add(l.mul(x, real(1 / M_LN2)), real(rounder())), n = l.sub(shifted, real(rounder()));
    auto [high, low] = ln2();
    Value r = l.sub(l.sub(x, l.mul(n, high)), l.mul(n, low));
    // The rounder's own bits are those of 0; its low bits then hold n.
    return {b.create<arith::SubIOp>(l.loc, bits(shifted), bits(real(rounder()))), r};
  }
  /// 2^n for n in the range of normal numbers.
  Value powerOfTwo(Value n) {
    Value biased = b.create<arith::AddIOp>(l.loc, n, integer(wide ? 1023 : 127));
    return fromBits(shift<arith::ShLIOp>(biased, mantissa()));
  }
};

struct ExpandMathPass : flex::impl::ExpandMathBase<ExpandMathPass> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<math::SinOp, math::CosOp, math::ExpOp, math::LogOp, math::TanhOp, math::PowFOp>(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      Type type = op->getResult(0).getType();
      if (!isa<Float32Type, Float64Type>(getElementTypeOrSelf(type))) {
        op->emitError("is expanded in f32 and f64 only");
        return signalPassFailure();
      }
      OpBuilder builder(op);
      Expansion expansion(builder, op->getLoc(), type);
      Value x = op->getOperand(0);
      Value result = llvm::TypeSwitch<Operation *, Value>(op)
                         .Case<math::SinOp>([&](auto) { return expansion.sine(x, false); })
                         .Case<math::CosOp>([&](auto) { return expansion.sine(x, true); })
                         .Case<math::ExpOp>([&](auto) { return expansion.exponential(x); })
                         .Case<math::LogOp>([&](auto) { return expansion.logarithm(x); })
                         .Case<math::TanhOp>([&](auto) { return expansion.hyperbolicTangent(x); })
                         .Case<math::PowFOp>([&](auto) { return expansion.power(x, op->getOperand(1)); });
      op->getResult(0).replaceAllUsesWith(result);
      op->erase();
    }
  }
};
} // namespace
