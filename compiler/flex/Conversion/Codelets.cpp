// A codelet is a Fourier transform between two places in memory. What is decided here is where points lie and which are
// absent; the arithmetic is Fourier's.
#include "flex/Conversion/Codelets.h"

#include "flex/Conversion/Fourier.h"

using namespace mlir;
using namespace flex;

namespace {

constexpr int64_t kLengths[] = {4,  6,  8,  9,  10, 12, 14, 15, 16, 18, 20, 21, 24, 25, 27, 28, 30, 32,
                                35, 36, 40, 42, 45, 48, 50, 54, 56, 60, 64, 70, 72, 80, 84, 90, 96,
                                108, 128, 144, 160, 192, 256};

enum Argument { From, FromStride, FromIm, To, ToStride, ToIm, Origin, Count, Factors };

/// One end of a codelet: elements at `base + i stride`, and what is not in memory.
class Side {
public:
  Side(HostBuilder &h, Lanes &l, ValueRange arguments, Argument base)
      : h(h), l(l), base(arguments[base]), stride(arguments[base + 1]), im(arguments[base + 2]) {}

  /// Restricts it to the window; points outside are at `elsewhere`.
  void setWindow(int64_t length, Value origin, Value count, Value elsewhere);
  /// The same for a window that starts at point 0.
  void setCount(Value count, Value nowhere) { elsewhere = nowhere, limit = count; }

  Complex load(int64_t i);
  void store(int64_t i, Complex v);

private:
  std::pair<Value, Value> addresses(int64_t i);

  HostBuilder &h;
  Lanes &l;
  Value base, stride, im;
  /// Points below `wrap` lie at base + i stride if below `limit`; those from `wrap` on, if any are, use the other two.
  Value elsewhere, wrap, limit, wrappedBase, wrappedLimit;
};

} // namespace

//===- Memory ------------------------------------------------------------------------------------------------------===//

void Side::setWindow(int64_t length, Value origin, Value count, Value nowhere) {
  elsewhere = nowhere;
  Value n = h.constant(length);
  wrap = h.sub(n, origin);
  limit = h.sub(count, origin);
  wrappedLimit = h.add(limit, n);
  base = h.at(base, h.mul(origin, stride));
  wrappedBase = h.at(base, h.sub(h.constant(0), h.mul(n, stride)));
}

std::pair<Value, Value> Side::addresses(int64_t i) {
  Value index = h.constant(i);
  Value offset = h.mul(index, stride);
  auto select = [&](Value condition, Value x, Value y) -> Value {
    return h.b.create<arith::SelectOp>(h.loc, condition, x, y);
  };
  if (!elsewhere) {
    Value re = h.at(base, offset);
    return {re, h.at(re, im)};
  }
  if (!wrap) {
    Value inside = h.less(index, limit), re = h.at(base, offset);
    return {select(inside, re, elsewhere), select(inside, h.at(re, im), elsewhere)};
  }
  Value early = h.less(index, wrap);
  Value inside = h.less(index, select(early, limit, wrappedLimit));
  Value re = h.at(select(early, base, wrappedBase), offset);
  Value imaginary = h.at(re, im);
  return {select(inside, re, elsewhere), select(inside, imaginary, elsewhere)};
}

Complex Side::load(int64_t i) {
  auto [re, imaginary] = addresses(i);
  Value x = l.loadLanes(re);
  Value y = l.loadLanes(imaginary);
  return {x, y};
}

void Side::store(int64_t i, Complex v) {
  auto [re, imaginary] = addresses(i);
  l.store(v.re ? v.re : l.zero(), re);
  l.store(v.im ? v.im : l.zero(), imaginary);
}

//===- Functions ---------------------------------------------------------------------------------------------------===//

ArrayRef<int64_t> flex::codeletLengths() { return kLengths; }

std::string CodeletKey::name() const {
  std::string text = ("flex.fft." + Twine(length) + (inverse ? ".inverse" : ".forward")).str();
  if (kept)
    text += (counted ? ".upto" : ".") + std::to_string(*kept);
  if (twiddled)
    text += ".twiddled";
  return text + (element.isF64() ? ".f64" : ".f32");
}

/// Every lane of `v` times the complex number at `factor`.
static Complex multiplied(HostBuilder &h, Lanes &l, Complex v, Value factor) {
  // In the LLVM dialect, as codelets are not lowered from any other vector ops.
  auto spread = [&](Value scalar) -> Value {
    Value none = h.b.create<LLVM::UndefOp>(h.loc, l.laneType());
    Value one = h.b.create<LLVM::InsertElementOp>(h.loc, none, scalar, h.constant32(0));
    return h.b.create<LLVM::ShuffleVectorOp>(h.loc, one, none, SmallVector<int32_t>(l.width, 0));
  };
  Value re = spread(l.loadScalar(factor)), im = spread(l.loadScalar(h.at(factor, l.elementBytes())));
  return {l.sub(l.mul(v.re, re), l.mul(v.im, im)), l.fma(v.re, im, l.mul(v.im, re))};
}

static void emitBody(HostBuilder &h, const CodeletKey &key, ValueRange arguments) {
  Lanes lanes(h.b, h.loc, key.element, key.lanes);
  Side from(h, lanes, arguments, From), to(h, lanes, arguments, To);
  if (!key.kept || key.counted) {
    // Absent points are loaded from zeros, or stored where nobody looks.
    int64_t bytes = key.lanes * lanes.elementBytes();
    Value elsewhere = h.stack(bytes);
    if (!key.inverse)
      lanes.store(lanes.zero(), elsewhere);
    Side &time = key.inverse ? to : from;
    if (key.counted)
      time.setCount(arguments[Count], elsewhere);
    else
      time.setWindow(key.length, arguments[Origin], arguments[Count], elsewhere);
  }
  int64_t kept = key.kept.value_or(key.length);
  auto twiddled = [&](int64_t i, Complex v) {
    return key.twiddled ? multiplied(h, lanes, v, h.at(arguments[Factors], 2 * i * lanes.elementBytes())) : v;
  };
  Fourier fourier(lanes, key.inverse);
  fourier.transform(
      key.length,
      [&](int64_t i) {
        if (key.inverse)
          return from.load(i);
        return i < kept ? twiddled(i, from.load(i)) : Complex();
      },
      [&](int64_t i, Complex v) {
        if (!key.inverse)
          to.store(i, v);
        else if (i < kept)
          to.store(i, twiddled(i, v));
      });
}

static SmallVector<Type> argumentTypes(HostBuilder &h) {
  Type p = h.ptr(), i = h.i64();
  return {p, i, i, p, i, i, i, i, p};
}

/// A declaration carries its key: [length, inverse, lanes, twiddled], with known points also [kept, counted], and the
/// element type.
static constexpr StringLiteral kKey = "codelet", kElement = "codelet_element";

func::FuncOp flex::getCodelet(HostBuilder &h, const CodeletKey &key) {
  func::FuncOp function = h.declare(key.name(), argumentTypes(h), {});
  SmallVector<int64_t> numbers{key.length, key.inverse, key.lanes, key.twiddled};
  if (key.kept)
    numbers.append({*key.kept, key.counted});
  function->setAttr(kKey, h.b.getDenseI64ArrayAttr(numbers));
  function->setAttr(kElement, TypeAttr::get(key.element));
  return function;
}

std::optional<CodeletKey> flex::codeletKey(func::FuncOp function) {
  auto numbers = function->getAttrOfType<DenseI64ArrayAttr>(kKey);
  auto element = function->getAttrOfType<TypeAttr>(kElement);
  if (!numbers || !element)
    return std::nullopt;
  CodeletKey key{numbers[0], numbers[1] != 0, std::nullopt, cast<FloatType>(element.getValue()), numbers[2],
                 numbers[3] != 0};
  if (numbers.size() > 4) {
    key.kept = numbers[4];
    key.counted = numbers[5] != 0;
  }
  return key;
}

func::FuncOp flex::emitCodelet(HostBuilder &h, const CodeletKey &key) {
  assert(key.length > 0 && key.kept.value_or(0) <= key.length && "the window is part of the sequence");
  OpBuilder::InsertionGuard guard(h.b);
  func::FuncOp function = h.begin(key.name(), argumentTypes(h), {});
  emitBody(h, key, function.getArguments());
  h.finish();
  return function;
}
