// Kernel-gradient products of the spectral convolution. The sum runs over samples, which lie in the lanes: so one factor
// is turned first (samples become rows, channels lanes), and the other one's scalars are repeated over the lanes.
//
// A row of the turned factor holds its channels in pairs of vectors, W real parts and the W imaginary parts; what is
// left over, if it is no more than W/2 channels, shares one vector: reals in the lower half, imaginaries in the upper. A
// pair takes three multiplications, as in SpectralProduct.cpp; a shared vector takes two and a swap of halves at the end.
#include "flex/Conversion/SpectralTiles.h"

#include "flex/Conversion/RegisterTranspose.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;
using namespace flex;

Value SpectralTiles::turnedElements(Value channels) {
  return host.roundUp(host.mul(channels, host.constant(2)), lanes);
}

//===- The turn ----------------------------------------------------------------------------------------------------===//

namespace {

class Turn {
public:
  Turn(HostBuilder &host, Lanes lanes, ValueRange arguments)
      : h(host), l(lanes), part(l.width * l.elementBytes()), x(arguments[0]), xStride(arguments[1]), xIm(arguments[2]),
        to(arguments[3]), toStride(arguments[4]), channels(arguments[5]), groups(arguments[6]) {}

  void build();

private:
  /// Address of a channel. Lanes behind the last one hold copies of it: they are computed with, and never stored.
  Value row(Value group, Value channel, int64_t further);
  /// One register transpose of W rows into vector `vector` of the rows of a group.
  void square(ArrayRef<Value> rows, Value group, Value vector);

  HostBuilder &h;
  Lanes l;
  int64_t part;
  Value x, xStride, xIm, to, toStride, channels, groups;
};

} // namespace

Value Turn::row(Value group, Value channel, int64_t further) {
  Value last = h.sub(channels, h.constant(1));
  Value index = h.min(h.add(channel, h.constant(further)), last);
  return h.at(h.at(x, h.mul(group, h.constant(2 * part))), h.mul(index, xStride));
}

void Turn::square(ArrayRef<Value> rows, Value group, Value vector) {
  SmallVector<Value> values;
  for (Value row : rows)
    values.push_back(l.loadLanes(row));
  Value target = h.at(h.at(to, h.mul(h.mul(group, h.constant(l.width)), toStride)), h.mul(vector, h.constant(part)));
  for (auto [n, value] : llvm::enumerate(transposed(h.b, h.loc, std::move(values))))
    l.store(value, h.at(target, h.mul(toStride, h.constant(n))));
}

void Turn::build() {
  Value vectors = h.ceilDiv(h.mul(channels, h.constant(2)), h.constant(l.width));
  Value pairs = h.div(vectors, h.constant(2)), shared = h.rem(vectors, h.constant(2));
  h.loop(h.constant(0), groups, 1, [&](Value group) {
    h.loop(h.constant(0), pairs, 1, [&](Value pair) {
      SmallVector<Value> real, imaginary;
      for (int64_t i = 0; i < l.width; ++i) {
        real.push_back(row(group, h.mul(pair, h.constant(l.width)), i));
        imaginary.push_back(h.at(real.back(), xIm));
      }
      Value vector = h.mul(pair, h.constant(2));
      square(real, group, vector);
      square(imaginary, group, h.add(vector, h.constant(1)));
    });
    h.loop(h.constant(0), shared, 1, [&](Value) {
      SmallVector<Value> rows;
      for (int64_t i = 0; i < l.width / 2; ++i)
        rows.push_back(row(group, h.mul(pairs, h.constant(l.width)), i));
      for (int64_t i = 0; i < l.width / 2; ++i)
        rows.push_back(h.at(rows[i], xIm));
      square(rows, group, h.sub(vectors, h.constant(1)));
    });
  });
}

func::FuncOp SpectralTiles::turn() {
  Type p = host.ptr(), n = host.i64();
  return once(name("turn", ""), {p, n, n, p, n, n, n}, [&](ValueRange arguments) {
    Turn(host, Lanes(host.b, host.loc, element, lanes), arguments).build();
  });
}

//===- The product -------------------------------------------------------------------------------------------------===//

namespace {

/// Vectors of a row that a tile works on.
struct RowPart {
  int64_t pairs;
  bool shared; ///< and the vector that real and imaginary parts share
  int64_t sums() const { return 3 * pairs + 2 * shared; }
};

class Taps {
public:
  Taps(HostBuilder &host, Lanes lanes, int64_t registers, SpectralTiles::Form form, ValueRange arguments)
      : h(host), l(lanes), registers(registers), form(form), part(l.width * l.elementBytes()), turned(arguments[0]),
        turnedStride(arguments[1]), y(arguments[2]), yStride(arguments[3]), yIm(arguments[4]), channels(arguments[5]),
        outer(arguments[6]), groups(arguments[7]), samples(arguments[8]), d(arguments[9]), dOuter(arguments[10]),
        dIm(arguments[11]), arguments(arguments) {}

  void build();

private:
  /// How many outputs a tile has; beyond 8 nothing is gained.
  int64_t outputs(RowPart p) const { return std::clamp<int64_t>(registersForSums(registers) / p.sums(), 1, 8); }
  /// All outputs for the part of the rows that starts `first` pairs into them, strip `number` of the rows.
  void strip(RowPart p, Value first, ErrandShares &errands, Value number);
  SmallVector<Value> sums(RowPart p, Value rows, Value from, int64_t count);
  void addProducts(RowPart p, Value row, Value from, MutableArrayRef<Value> sums, int64_t count);
  void write(RowPart p, ArrayRef<Value> sums, Value to, Value left);
  /// Stores the lanes below `left`.
  void writePart(Value value, Value to, Value left);
  void writeAll(Value value, Value to) { l.store(form.accumulate ? l.add(l.loadLanes(to), value) : value, to); }
  Value swapHalves(Value v);

  HostBuilder &h;
  Lanes l;
  int64_t registers;
  SpectralTiles::Form form;
  int64_t part; ///< bytes of a vector
  Value turned, turnedStride, y, yStride, yIm, channels, outer, groups, samples, d, dOuter, dIm;
  ValueRange arguments;
};

} // namespace

void Taps::build() {
  // The widest part of a row of which two outputs still fit: so every load of the row feeds two products at least.
  int64_t most = 1;
  while (outputs({most + 1, false}) >= 2)
    ++most;
  Value vectors = h.ceilDiv(h.mul(channels, h.constant(2)), h.constant(l.width));
  Value pairs = h.div(vectors, h.constant(2)), shared = h.rem(vectors, h.constant(2));
  Value blocks = h.div(pairs, h.constant(most)), rest = h.rem(pairs, h.constant(most));
  Value strips = h.add(blocks, h.min(h.add(rest, shared), h.constant(1)));
  ErrandShares errands(h, l, arguments, h.mul(outer, strips));
  h.loop(h.constant(0), blocks, 1, [&](Value i) { strip({most, false}, h.mul(i, h.constant(most)), errands, i); });
  Value first = h.sub(pairs, rest);
  for (int64_t n = 0; n < most; ++n)
    for (bool with : {false, true}) {
      if (n == 0 && !with)
        continue;
      Value sameRest = l.compare(arith::CmpIPredicate::eq, rest, h.constant(n));
      Value sameShared = l.compare(arith::CmpIPredicate::eq, shared, h.constant(with));
      h.when(h.b.create<arith::AndIOp>(h.loc, sameRest, sameShared), [&] { strip({n, with}, first, errands, blocks); });
    }
}

void Taps::strip(RowPart p, Value first, ErrandShares &errands, Value number) {
  Value channel = h.mul(first, h.constant(l.width));
  Value left = h.sub(channels, channel);
  Value rows = h.at(turned, h.mul(first, h.constant(2 * part)));
  Value to = h.at(d, h.mul(channel, h.constant(l.elementBytes())));
  Value before = h.mul(number, outer);
  emitInBlocks(h, outer, outputs(p), [&](int64_t count, Value o) {
    errands.run(h.add(before, o), count);
    SmallVector<Value> all = sums(p, rows, h.at(y, h.mul(o, yStride)), count);
    for (int64_t j = 0; j < count; ++j)
      write(p, ArrayRef(all).slice(j * p.sums(), p.sums()), h.at(to, h.mul(h.add(o, h.constant(j)), dOuter)), left);
  });
}

SmallVector<Value> Taps::sums(RowPart p, Value rows, Value from, int64_t count) {
  int64_t total = count * p.sums();
  SmallVector<Value> carried(total, l.zero());
  carried.append({rows, from});
  carried = l.loop(h.constant(0), groups, 1, carried, [&](Value, ValueRange now) {
    SmallVector<Value> next = l.loop(h.constant(0), samples, 1, now, [&](Value, ValueRange lane) {
      SmallVector<Value> values(lane);
      addProducts(p, lane[total], lane[total + 1], MutableArrayRef(values).take_front(total), count);
      values[total] = h.at(lane[total], turnedStride);
      values[total + 1] = h.at(lane[total + 1], l.elementBytes());
      return values;
    });
    next[total + 1] = h.at(next[total + 1], part); // over the imaginary parts
    return next;
  });
  carried.truncate(total);
  return carried;
}

void Taps::addProducts(RowPart p, Value row, Value from, MutableArrayRef<Value> sums, int64_t count) {
  SmallVector<Value> real, imaginary, difference;
  for (int64_t j = 0; j < count; ++j) {
    Value scalar = h.at(from, h.mul(yStride, h.constant(j)));
    real.push_back(l.spread(l.loadScalar(scalar)));
    imaginary.push_back(l.spread(l.loadScalar(h.at(scalar, yIm))));
    if (p.pairs == 0)
      continue; // no three multiplications: both are operands in memory
    real[j] = l.opaque(real[j]);
    difference.push_back(l.sub(real[j], imaginary[j]));
  }
  for (int64_t i = 0; i < p.pairs; ++i) {
    Value a = l.loadLanes(h.at(row, 2 * i * part)), b = l.loadLanes(h.at(row, (2 * i + 1) * part));
    Value sum = l.add(a, b);
    for (int64_t j = 0; j < count; ++j) {
      Value *k = &sums[j * p.sums() + 3 * i];
      k[0] = l.fma(a, real[j], k[0]);
      k[1] = l.fma(b, imaginary[j], k[1]);
      k[2] = l.fma(sum, difference[j], k[2]);
    }
  }
  if (!p.shared)
    return;
  Value v = l.loadLanes(h.at(row, 2 * p.pairs * part));
  for (int64_t j = 0; j < count; ++j) {
    Value *k = &sums[j * p.sums() + 3 * p.pairs];
    k[0] = l.fma(v, real[j], k[0]);
    k[1] = l.fma(v, imaginary[j], k[1]);
  }
}

/// (a + ib)(c - id) = (k1 + k2) + i(k3 - k1 + k2) with k1 = ac, k2 = bd, k3 = (a + b)(c - d). In the shared vector are
/// [ac | bc] and [ad | bd]; the result is ac + bd below and bc - ad above.
void Taps::write(RowPart p, ArrayRef<Value> sums, Value to, Value left) {
  Value imTo = h.at(to, dIm);
  for (int64_t i = 0; i < p.pairs; ++i) {
    Value re = l.add(sums[3 * i], sums[3 * i + 1]), difference = l.sub(sums[3 * i], sums[3 * i + 1]);
    Value im = form.conjugate ? l.sub(difference, sums[3 * i + 2]) : l.sub(sums[3 * i + 2], difference);
    Value reAt = h.at(to, i * part), imAt = h.at(imTo, i * part);
    auto all = [&] { writeAll(re, reAt), writeAll(im, imAt); };
    if (i + 1 < p.pairs || p.shared) { // only the row's last vectors may have lanes to spare
      all();
      continue;
    }
    Value here = h.sub(left, h.constant(i * l.width));
    h.when(h.less(here, h.constant(l.width)), [&] { writePart(re, reAt, here), writePart(im, imAt, here); }, all);
  }
  if (!p.shared)
    return;
  Value straight = sums[3 * p.pairs], crossed = swapHalves(sums[3 * p.pairs + 1]);
  Value im = form.conjugate ? l.sub(crossed, straight) : l.sub(straight, crossed);
  Value here = h.sub(left, h.constant(p.pairs * l.width));
  writePart(l.add(straight, crossed), h.at(to, p.pairs * part), here);
  writePart(swapHalves(im), h.at(imTo, p.pairs * part), here);
}

void Taps::writePart(Value value, Value to, Value left) {
  Value mask = l.compare(arith::CmpIPredicate::slt, l.consecutive(l.word(0)), l.low32(left));
  if (form.accumulate)
    value = l.add(value, h.b.create<LLVM::MaskedLoadOp>(h.loc, l.laneType(), to, mask, l.zero(), l.elementBytes()));
  h.b.create<LLVM::MaskedStoreOp>(h.loc, value, to, mask, l.elementBytes());
}

Value Taps::swapHalves(Value v) {
  SmallVector<int64_t> order(l.width);
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.begin(), order.begin() + l.width / 2, order.end());
  return h.b.create<vector::ShuffleOp>(h.loc, v, v, order);
}

func::FuncOp SpectralTiles::taps(Form form) {
  Type p = host.ptr(), n = host.i64();
  return withErrands(name("taps", variant(form)), {p, n, p, n, n, n, n, n, n, p, n, n}, [&](ValueRange arguments) {
    Taps(host, Lanes(host.b, host.loc, element, lanes), registers, form, arguments).build();
  });
}
