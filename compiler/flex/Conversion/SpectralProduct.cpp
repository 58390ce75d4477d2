// Forward and input-gradient products of the spectral convolution. A tile holds the sums of a few outputs in registers
// while it runs over all inputs. A complex product takes three multiplications:
//   (a + ib)(c + id) = (k1 - k2) + i(k3 - k1 - k2),  k1 = ac, k2 = bd, k3 = (a + b)(c + d),
// where the three sums over inputs are kept apart until the end. The additions that this costs are shared: a + b by the
// tile's outputs, c + d by its groups. Not here: blocking for caches; see docs/rationale/spectral-products.md.
#include "flex/Conversion/SpectralTiles.h"

#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace flex;

//===- Shared by the kernels ---------------------------------------------------------------------------------------===//

SpectralTiles::SpectralTiles(HostBuilder &host, FloatType element, int64_t lanes, int64_t registers)
    : host(host), element(element), lanes(lanes), registers(registers) {
  assert(lanes >= 2 && llvm::has_single_bit(uint64_t(lanes)) && "a vector register has a power of two of lanes");
  assert(registers >= 16 && "tiles are made for 16 or more registers");
}

std::string SpectralTiles::name(StringRef kernel, StringRef variant) const {
  return ("flex.spectral." + kernel + variant + (element.isF64() ? ".f64" : ".f32")).str();
}

std::string SpectralTiles::variant(Form form) {
  return std::string(form.conjugate ? ".conj" : ".plain") + (form.accumulate ? ".add" : "");
}

func::FuncOp SpectralTiles::once(const std::string &name, ArrayRef<Type> arguments,
                                 function_ref<void(ValueRange)> build) {
  if (auto there = host.module.lookupSymbol<func::FuncOp>(name))
    return there;
  OpBuilder::InsertionGuard guard(host.b);
  func::FuncOp function = host.begin(name, arguments, {});
  function.setPrivate();
  build(function.getArguments());
  host.finish();
  return function;
}

func::FuncOp SpectralTiles::withErrands(const std::string &name, ArrayRef<Type> arguments,
                                        function_ref<void(ValueRange)> build) {
  SmallVector<Type> all(arguments);
  all.append(Errands::types(host, element));
  return once(name, all, build);
}

int64_t flex::registersForSums(int64_t registers) { return registers * 5 / 8; }

void flex::emitInBlocks(HostBuilder &h, Value count, int64_t largest, function_ref<void(int64_t, Value)> block) {
  Value done = h.constant(0);
  for (int64_t size = largest;; size = (size + 1) / 2) {
    Value by = h.constant(size), from = done;
    Value blocks = h.div(h.sub(count, from), by);
    h.loop(h.constant(0), blocks, 1, [&](Value i) { block(size, h.add(from, h.mul(i, by))); });
    if (size == 1)
      return;
    done = h.add(from, h.mul(blocks, by));
  }
}

//===- Errands -----------------------------------------------------------------------------------------------------===//

Errands Errands::none(HostBuilder &h, FloatType element) {
  return {h.null(), h.constant(0), h.null(), h.null(), h.constant(0), h.real(1, element)};
}

SmallVector<Type> Errands::types(HostBuilder &h, FloatType element) {
  return {h.ptr(), h.i64(), h.ptr(), h.ptr(), h.i64(), element};
}

void Errands::appendTo(SmallVectorImpl<Value> &arguments) const {
  arguments.append({ahead, aheadVectors, from, to, vectors, scale});
}

ErrandShares::ErrandShares(HostBuilder &host, Lanes lanes, ValueRange arguments, Value units)
    : h(host), l(lanes), units(h.max(units, h.constant(1))) {
  ValueRange last = arguments.take_back(6);
  errands = {last[0], last[1], last[2], last[3], last[4], last[5]};
}

void ErrandShares::forVectors(Value first, int64_t count, Value vectors, function_ref<void(Value)> each) {
  Value share = h.ceilDiv(vectors, units), from = h.mul(first, share);
  Value to = h.min(h.add(from, h.mul(share, h.constant(count))), vectors);
  h.loop(from, to, 1, [&](Value i) { each(h.mul(i, h.constant(l.width * l.elementBytes()))); });
}

void ErrandShares::run(Value first, int64_t count) {
  forVectors(first, count, errands.aheadVectors, [&](Value bytes) { l.fetch(h.at(errands.ahead, bytes)); });
  forVectors(first, count, errands.vectors, [&](Value bytes) {
    l.storePast(l.mul(l.loadLanes(h.at(errands.from, bytes)), errands.scale), h.at(errands.to, bytes));
  });
}

//===- The product -------------------------------------------------------------------------------------------------===//

namespace {

class Product {
public:
  Product(HostBuilder &host, Lanes lanes, int64_t registers, SpectralTiles::Form form, ValueRange arguments)
      : h(host), l(lanes), registers(registers), form(form), part(l.width * l.elementBytes()), x(arguments[0]),
        xStride(arguments[1]), w(arguments[2]), wInner(arguments[3]), wOuter(arguments[4]), wIm(arguments[5]),
        y(arguments[6]), yStride(arguments[7]), inner(arguments[8]), outer(arguments[9]), groups(arguments[10]),
        errands(host, lanes, arguments, h.mul(outer, groups)) {}

  void build();

private:
  /// All outputs of `count` groups from group `first` on.
  void strip(Value first, int64_t count);
  /// `outputs` outputs of `count` groups; the pointers are those of the first.
  void tile(Value from, Value weights, Value to, int64_t outputs, int64_t count);
  void addProducts(Value from, Value weights, MutableArrayRef<Value> sums, int64_t outputs, int64_t count);
  void write(ArrayRef<Value> sums, Value to);

  HostBuilder &h;
  Lanes l;
  int64_t registers;
  SpectralTiles::Form form;
  int64_t part; ///< bytes of a group's real or imaginary part
  Value x, xStride, w, wInner, wOuter, wIm, y, yStride, inner, outer, groups;
  ErrandShares errands;
};

} // namespace

void Product::build() {
  // Two groups share the weights' broadcasts and sums; with few registers the tile is better spent on outputs.
  int64_t most = registers >= 32 ? 2 : 1;
  emitInBlocks(h, groups, most, [&](int64_t count, Value first) { strip(first, count); });
}

void Product::strip(Value first, int64_t count) {
  int64_t outputs = registersForSums(registers) / (3 * count);
  Value offset = h.mul(first, h.constant(2 * part));
  Value before = h.mul(first, outer);
  emitInBlocks(h, outer, outputs, [&](int64_t size, Value o) {
    errands.run(h.add(before, h.mul(o, h.constant(count))), size * count);
    Value to = h.at(h.at(y, h.mul(o, yStride)), offset);
    tile(h.at(x, offset), h.at(w, h.mul(o, wOuter)), to, size, count);
  });
}

void Product::tile(Value from, Value weights, Value to, int64_t outputs, int64_t count) {
  int64_t sums = 3 * outputs * count;
  SmallVector<Value> carried(sums, l.zero());
  carried.append({from, weights});
  carried = l.loop(h.constant(0), inner, 1, carried, [&](Value, ValueRange now) {
    SmallVector<Value> next(now);
    addProducts(now[sums], now[sums + 1], MutableArrayRef(next).take_front(sums), outputs, count);
    next[sums] = h.at(now[sums], xStride);
    next[sums + 1] = h.at(now[sums + 1], wInner);
    return next;
  });
  for (int64_t j = 0; j < outputs; ++j)
    for (int64_t g = 0; g < count; ++g)
      write(ArrayRef(carried).slice(3 * (j * count + g), 3),
            h.at(h.at(to, h.mul(yStride, h.constant(j))), g * 2 * part));
}

void Product::addProducts(Value from, Value weights, MutableArrayRef<Value> sums, int64_t outputs, int64_t count) {
  SmallVector<Value> real, imaginary, sum;
  for (int64_t g = 0; g < count; ++g) {
    real.push_back(l.loadLanes(h.at(from, g * 2 * part)));
    imaginary.push_back(l.loadLanes(h.at(from, g * 2 * part + part)));
    sum.push_back(l.add(real.back(), imaginary.back()));
  }
  for (int64_t j = 0; j < outputs; ++j) {
    Value weight = h.at(weights, h.mul(wOuter, h.constant(j)));
    Value c = l.opaque(l.spread(l.loadScalar(weight))), d = l.spread(l.loadScalar(h.at(weight, wIm)));
    Value both = form.conjugate ? l.sub(c, d) : l.add(c, d);
    for (int64_t g = 0; g < count; ++g) {
      Value *k = &sums[3 * (j * count + g)];
      k[0] = l.fma(real[g], c, k[0]);
      k[1] = l.fma(imaginary[g], d, k[1]);
      k[2] = l.fma(sum[g], both, k[2]);
    }
  }
}

void Product::write(ArrayRef<Value> k, Value to) {
  Value sum = l.add(k[0], k[1]), difference = l.sub(k[0], k[1]);
  Value re = form.conjugate ? sum : difference, im = l.sub(k[2], form.conjugate ? difference : sum);
  Value imTo = h.at(to, part);
  l.store(form.accumulate ? l.add(l.loadLanes(to), re) : re, to);
  l.store(form.accumulate ? l.add(l.loadLanes(imTo), im) : im, imTo);
}

func::FuncOp SpectralTiles::product(Form form) {
  Type p = host.ptr(), n = host.i64();
  return withErrands(name("product", variant(form)), {p, n, p, n, n, n, p, n, n, n, n}, [&](ValueRange arguments) {
    Product(host, Lanes(host.b, host.loc, element, lanes), registers, form, arguments).build();
  });
}
