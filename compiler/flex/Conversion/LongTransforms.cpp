// Point t = p second + q of the sequence in time, and frequency k1 + first k2:
//   forward: for every q a transform over p, then for every k1 one over q of what that gave times exp(-2 pi i q k1 / points);
//   inverse: the same backwards, from k2 to q, and from k1 to p.
// Between the steps lies [k1][q] on the stack, in rows of an odd number of vectors.
#include "flex/Conversion/LongTransforms.h"

#include "flex/Conversion/Codelets.h"
#include "flex/Conversion/Index.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace flex;

/// Both steps are short enough for codelets that need little memory between their own steps.
static constexpr LongLength kLengths[] = {{16, 8},  {12, 12}, {16, 12}, {20, 12}, {16, 16}, {24, 12}, {20, 16}, {24, 16},
                                          {20, 20}, {24, 20}, {32, 16}, {24, 24}, {32, 20}, {36, 20}, {40, 20}, {36, 24},
                                          {40, 24}, {32, 32}, {48, 24}, {40, 32}, {40, 36}, {48, 32}, {40, 40}, {48, 36}};

ArrayRef<LongLength> flex::longLengths() { return kLengths; }

std::optional<LongLength> flex::longLength(int64_t points) {
  for (LongLength length : kLengths)
    if (length.points() == points)
      return length;
  return std::nullopt;
}

namespace {

class LongTransform {
public:
  LongTransform(HostBuilder &h, LongLength length, bool inverse, FloatType element, int64_t lanes)
      : h(h), length(length), inverse(inverse), element(element), lanes(lanes), vector(lanes * element.getWidth() / 8),
        pitch((2 * length.second + 1) * vector) {}

  void build(ValueRange arguments);

private:
  /// One side of a codelet's call: first element, bytes to the next and to the imaginary part.
  struct Side {
    Value start;
    Index stride, imaginary;
  };
  CodeletKey key(int64_t points, int64_t kept) { return {points, inverse, kept, element, lanes}; }
  /// For every q: over p. `count` points of the whole sequence are in memory.
  void stepOverFirst(Side time, Index count);
  /// For every k1: over q.
  void stepOverSecond(Side spectrum);
  void call(const CodeletKey &codelet, Side time, Side spectrum, Index count, Value factors);
  Side between(Index k1, Index q, bool overFirst) {
    return {h.at(scratch, k1 * pitch + q * (2 * vector)), Index(h, overFirst ? pitch : 2 * vector), Index(h, vector)};
  }
  SmallVector<double> factors() const;

  HostBuilder &h;
  LongLength length;
  bool inverse;
  FloatType element;
  int64_t lanes, vector, pitch; ///< bytes
  Value scratch;
};

} // namespace

SmallVector<double> LongTransform::factors() const {
  SmallVector<double> values;
  for (int64_t k1 = 0; k1 < length.first; ++k1)
    for (int64_t q = 0; q < length.second; ++q) {
      double angle = (inverse ? 2 : -2) * llvm::numbers::pi * double(k1 * q % length.points()) / double(length.points());
      values.append({std::cos(angle), std::sin(angle)});
    }
  return values;
}

void LongTransform::call(const CodeletKey &codelet, Side time, Side spectrum, Index count, Value factors) {
  Side from = inverse ? spectrum : time, to = inverse ? time : spectrum;
  h.call(getCodelet(h, codelet).getSymName(),
         {from.start, from.stride, from.imaginary, to.start, to.stride, to.imaginary, h.constant(0), count, factors});
}

void LongTransform::stepOverFirst(Side time, Index count) {
  CodeletKey few = key(length.first, length.first / 2), all = key(length.first, length.first);
  few.counted = all.counted = true;
  Value isFew = count < length.first / 2 * length.second + 1;
  h.loop(h.constant(0), h.constant(length.second), 1, [&](Value number) {
    Index q(h, number), kept = (count + (length.second - 1) - q) / length.second;
    Side part{h.at(time.start, q * time.stride), time.stride * length.second, time.imaginary};
    Side spectrum = between(Index(h, 0), q, /*overFirst=*/true);
    h.when(
        isFew, [&] { call(few, part, spectrum, kept, h.null()); }, [&] { call(all, part, spectrum, kept, h.null()); });
  });
}

void LongTransform::stepOverSecond(Side spectrum) {
  CodeletKey codelet = key(length.second, length.second);
  codelet.twiddled = true;
  Value table = h.reals(factors(), element);
  int64_t row = 2 * length.second * (element.getWidth() / 8);
  h.loop(h.constant(0), h.constant(length.first), 1, [&](Value number) {
    Index k1(h, number);
    Side part{h.at(spectrum.start, k1 * spectrum.stride), spectrum.stride * length.first, spectrum.imaginary};
    call(codelet, between(k1, Index(h, 0), /*overFirst=*/false), part, Index(h, length.second), h.at(table, k1 * row));
  });
}

void LongTransform::build(ValueRange arguments) {
  scratch = h.stack(length.first * pitch);
  Side from{arguments[0], {h, arguments[1]}, {h, arguments[2]}}, to{arguments[3], {h, arguments[4]}, {h, arguments[5]}};
  Index count(h, arguments[7]);
  if (inverse) {
    stepOverSecond(from);
    stepOverFirst(to, count);
  } else {
    stepOverFirst(from, count);
    stepOverSecond(to);
  }
}

func::FuncOp flex::getLongTransform(HostBuilder &h, LongLength length, bool inverse, FloatType element, int64_t lanes) {
  std::string name = ("flex.spectral.long." + Twine(length.points()) + (inverse ? ".inverse." : ".forward.") +
                      (element.isF64() ? "f64" : "f32"))
                         .str();
  if (auto there = h.module.lookupSymbol<func::FuncOp>(name))
    return there;
  OpBuilder::InsertionGuard guard(h.b);
  Type p = h.ptr(), i = h.i64();
  func::FuncOp function = h.begin(name, {p, i, i, p, i, i, i, i, p}, {});
  function.setPrivate();
  LongTransform(h, length, inverse, element, lanes).build(function.getArguments());
  h.finish();
  return function;
}
