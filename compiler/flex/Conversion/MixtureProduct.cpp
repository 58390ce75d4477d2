// Tiles of a mixture's products, with as many sums as registers hold. Loops over a row's vectors are the outermost, so that a
// strip of B stays in the near cache while all rows of C are made.
#include "flex/Conversion/MixtureProduct.h"

#include "flex/Conversion/SpectralTiles.h"

using namespace mlir;
using namespace flex;

/// Vectors of a row, and most rows, in a tile.
static constexpr int64_t kTileVectors = 3, kTileRows = 8;
/// Rows of X and of Y in a tile of their products.
static constexpr int64_t kDots = 4;

static int64_t sumRegisters(PassCode &c) { return registersForSums(c.registers()); }

/// A function of the module with the arguments that `build` uses; leaves the builder where it is.
static std::string once(PassCode &c, StringRef name, StringRef arguments, function_ref<void(ValueRange)> build) {
  HostBuilder &h = c.h;
  std::string symbol = ("flex.mixture." + name + (c.l.element.isF64() ? ".f64" : ".f32")).str();
  if (h.module.lookupSymbol(symbol))
    return symbol;
  OpBuilder::InsertionGuard guard(h.b);
  SmallVector<Type> types = llvm::map_to_vector(arguments, [&](char kind) { return kind == 'p' ? h.ptr() : h.i64(); });
  auto function = h.begin(symbol, types, {});
  function.setPrivate();
  build(function.getArguments());
  h.finish();
  return symbol;
}

//===- Mixtures ----------------------------------------------------------------------------------------------------===//

namespace {

class Product {
public:
  Product(PassCode &c, bool accumulate, ValueRange arguments)
      : c(c), h(c.h), l(c.l), accumulate(accumulate), part(l.width * l.elementBytes()), a(arguments[0]),
        aRow(arguments[1]), aInner(arguments[2]), b(arguments[3]), bInner(arguments[4]), to(arguments[5]),
        toRow(arguments[6]), rows(arguments[7]), inner(arguments[8]), vectors(arguments[9]) {}

  void build();

private:
  /// `count` rows of `width` vectors; the pointers are those of the first.
  void tile(Value factors, Value from, Value there, int64_t count, int64_t width);

  PassCode &c;
  HostBuilder &h;
  Lanes &l;
  bool accumulate;
  int64_t part; ///< bytes of a vector
  Value a, aRow, aInner, b, bInner, to, toRow, rows, inner, vectors;
};

} // namespace

void Product::build() {
  emitInBlocks(h, vectors, kTileVectors, [&](int64_t width, Value first) {
    Value offset = h.mul(first, h.constant(part)), from = h.at(b, offset), there = h.at(to, offset);
    emitInBlocks(h, rows, std::min(kTileRows, sumRegisters(c) / width), [&](int64_t count, Value row) {
      tile(h.at(a, h.mul(row, aRow)), from, h.at(there, h.mul(row, toRow)), count, width);
    });
  });
}

void Product::tile(Value factors, Value from, Value there, int64_t count, int64_t width) {
  auto place = [&](int64_t i, int64_t v) { return h.at(h.at(there, h.mul(toRow, h.constant(i))), v * part); };
  SmallVector<Value> carried;
  for (int64_t i = 0; i < count; ++i)
    for (int64_t v = 0; v < width; ++v)
      carried.push_back(accumulate ? l.loadLanes(place(i, v)) : l.zero());
  carried.append({factors, from});
  int64_t sums = count * width;
  carried = l.loop(h.constant(0), inner, 1, carried, [&](Value, ValueRange now) {
    SmallVector<Value> next(now), row;
    for (int64_t v = 0; v < width; ++v)
      row.push_back(l.loadLanes(h.at(now[sums + 1], v * part)));
    for (int64_t i = 0; i < count; ++i) {
      Value factor = l.spread(l.loadScalar(h.at(now[sums], h.mul(aRow, h.constant(i)))));
      for (int64_t v = 0; v < width; ++v)
        next[i * width + v] = l.fma(row[v], factor, next[i * width + v]);
    }
    next[sums] = h.at(now[sums], aInner);
    next[sums + 1] = h.at(now[sums + 1], bInner);
    return next;
  });
  for (int64_t i = 0; i < count; ++i)
    for (int64_t v = 0; v < width; ++v)
      l.store(carried[i * width + v], place(i, v));
}

std::string flex::mixtureProduct(PassCode &c, bool accumulate) {
  return once(c, accumulate ? "product.add" : "product.plain", "pnnpnpnnnn",
              [&](ValueRange arguments) { Product(c, accumulate, arguments).build(); });
}

//===- Their gradients ---------------------------------------------------------------------------------------------===//

/// The sums of `xs` rows with `ys` rows.
static void emitDots(PassCode &c, Value x, Value xRow, int64_t xs, Value y, Value yRow, int64_t ys, Value to, Value toRow,
                     Index count) {
  HostBuilder &h = c.h;
  Lanes &l = c.l;
  auto add = [&](ValueRange sums, Index first, function_ref<Value(Value)> load) {
    SmallVector<Value> next(sums), right;
    for (int64_t j = 0; j < ys; ++j)
      right.push_back(load(c.at(h.at(y, h.mul(yRow, h.constant(j))), first)));
    for (int64_t i = 0; i < xs; ++i) {
      Value left = load(c.at(h.at(x, h.mul(xRow, h.constant(i))), first));
      for (int64_t j = 0; j < ys; ++j)
        next[i * ys + j] = l.fma(left, right[j], next[i * ys + j]);
    }
    return next;
  };
  SmallVector<Value> sums(xs * ys, l.zero());
  Index whole = count / c.lanes * c.lanes;
  sums = l.loop(c.index(0), whole, c.lanes, sums, [&](Value t, ValueRange now) {
    return add(now, {h, t}, [&](Value from) { return l.loadLanes(from); });
  });
  // What lies behind the last t may be anything.
  sums = add(sums, whole, [&](Value from) { return c.loadMasked(from, c.lanesBelow(count, whole)); });
  for (int64_t i = 0; i < xs; ++i)
    for (int64_t j = 0; j < ys; ++j)
      l.store(l.horizontalSum(sums[i * ys + j]), c.at(h.at(to, h.mul(toRow, h.constant(i))), j));
}

std::string flex::mixtureDots(PassCode &c) {
  return once(c, "dots", "pnnpnnpnn", [&](ValueRange a) {
    HostBuilder &h = c.h;
    emitInBlocks(h, a[2], kDots, [&](int64_t xs, Value i) {
      Value x = h.at(a[0], h.mul(i, a[1])), there = h.at(a[6], h.mul(i, a[7]));
      emitInBlocks(h, a[5], kDots, [&](int64_t ys, Value j) {
        emitDots(c, x, a[1], xs, h.at(a[3], h.mul(j, a[4])), a[4], ys, c.at(there, Index(h, j)), a[7], Index(h, a[8]));
      });
    });
  });
}
