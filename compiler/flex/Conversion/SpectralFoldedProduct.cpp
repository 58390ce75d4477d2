// Forward and input-gradient products of slices whose vectors hold several channels: few samples, which would leave most
// lanes idle. The weights of neighbouring inputs lie side by side in memory; a vector of them has each repeated over the
// lanes of its channel. Towards outputs, a vector holds the products of several inputs, which are added up in the end; towards
// inputs, an output's samples are repeated for each of them. Three multiplications as in SpectralProduct.cpp.
#include "flex/Conversion/SpectralTiles.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <array>
#include <numeric>

using namespace mlir;
using namespace flex;

namespace {

class FoldedProduct {
public:
  FoldedProduct(HostBuilder &host, Lanes lanes, int64_t registers, int64_t fold, SpectralTiles::Form form,
                ValueRange arguments)
      : h(host), l(lanes), few(lanes), sums(registersForSums(registers) / 3), fold(fold), samples(l.width / fold),
        form(form), part(l.width * l.elementBytes()), from(arguments[0]), fromIm(arguments[1]), w(arguments[2]),
        wIm(arguments[3]), to(arguments[4]), toIm(arguments[5]), in(arguments[6]), out(arguments[7]),
        arguments(arguments),
        wOuter(h.mul(in, h.constant(l.elementBytes()))), vectors(h.ceilDiv(in, h.constant(fold))) {
    few.width = samples;
  }

  void outputs();
  void inputs();

private:
  struct Complex {
    Value re, im;
  };
  /// What the three multiplications take of either factor.
  using Factors = std::array<Value, 3>;
  Factors ofData(Complex x) { return {x.re, x.im, l.add(x.re, x.im)}; }
  Factors ofWeights(Complex w) {
    Value c = l.opaque(w.re);
    return {c, w.im, form.conjugate ? l.sub(c, w.im) : l.add(c, w.im)};
  }
  void add(MutableArrayRef<Value> sums, Factors x, Factors w) {
    for (int64_t i = 0; i < 3; ++i)
      sums[i] = l.fma(x[i], w[i], sums[i]);
  }
  Complex total(ArrayRef<Value> k) {
    Value sum = l.add(k[0], k[1]), difference = l.sub(k[0], k[1]);
    return form.conjugate ? Complex{sum, l.sub(k[2], difference)} : Complex{difference, l.sub(k[2], sum)};
  }

  /// The weights of `fold` inputs, of which `left` are there, each repeated.
  Complex weights(Value at, Value mask) { return {repeated(at, mask), repeated(h.at(at, wIm), mask)}; }
  Value repeated(Value at, Value mask);
  /// The inputs below `left` of a vector.
  Value present(Value left);
  /// All samples of one channel, again and again.
  Value spreadSamples(Value at);
  /// Over the channels of a vector, for each sample.
  Value sumOfChannels(Value v);
  Value shuffle(Value v, ArrayRef<int64_t> order) { return h.b.create<vector::ShuffleOp>(h.loc, v, v, order); }
  void store(Complex y, Value at, Lanes &lanes) {
    lanes.store(y.re, at);
    lanes.store(y.im, h.at(at, toIm));
  }

  HostBuilder &h;
  Lanes l, few; ///< of a vector, and of a channel
  int64_t sums, fold, samples;
  SpectralTiles::Form form;
  int64_t part; ///< bytes of a vector
  Value from, fromIm, w, wIm, to, toIm, in, out;
  ValueRange arguments;
  Value wOuter, vectors;
};

} // namespace

Value FoldedProduct::present(Value left) {
  Lanes inputs(h.b, h.loc, l.element, fold);
  return inputs.compare(arith::CmpIPredicate::slt, inputs.consecutive(inputs.word(0)), inputs.low32(left));
}

Value FoldedProduct::repeated(Value at, Value mask) {
  Lanes inputs(h.b, h.loc, l.element, fold);
  Value there = h.b.create<LLVM::MaskedLoadOp>(h.loc, inputs.laneType(), at, mask, inputs.zero(), l.elementBytes());
  SmallVector<int64_t> order;
  for (int64_t lane = 0; lane < l.width; ++lane)
    order.push_back(lane / samples);
  return shuffle(there, order);
}

Value FoldedProduct::spreadSamples(Value at) {
  if (samples == 1)
    return l.spread(l.loadScalar(at));
  SmallVector<int64_t> order;
  for (int64_t lane = 0; lane < l.width; ++lane)
    order.push_back(lane % samples);
  return shuffle(few.loadLanes(at), order);
}

Value FoldedProduct::sumOfChannels(Value v) {
  for (int64_t apart = l.width / 2; apart >= samples; apart /= 2) {
    SmallVector<int64_t> order(l.width);
    std::iota(order.begin(), order.end(), 0);
    std::rotate(order.begin(), order.begin() + apart, order.end());
    v = l.add(v, shuffle(v, order));
  }
  if (samples == 1)
    return h.b.create<vector::ExtractOp>(h.loc, v, 0);
  return h.b.create<vector::ExtractStridedSliceOp>(h.loc, v, 0, samples, 1);
}

void FoldedProduct::outputs() {
  Value step = h.constant(fold), weightStep = h.constant(fold * l.elementBytes());
  ErrandShares errands(h, l, arguments, out);
  emitInBlocks(h, out, sums, [&](int64_t count, Value o) {
    errands.run(o, count);
    SmallVector<Value> carried(3 * count, l.zero());
    carried.append({from, h.at(w, h.mul(o, wOuter)), in});
    auto totals = l.loop(h.constant(0), vectors, 1, carried, [&](Value, ValueRange now) {
      SmallVector<Value> next(now);
      Value x = now[3 * count], weight = now[3 * count + 1], left = now[3 * count + 2], mask = present(left);
      Factors data = ofData({l.loadLanes(x), l.loadLanes(h.at(x, fromIm))});
      for (int64_t j = 0; j < count; ++j) {
        Value at = h.at(weight, h.mul(wOuter, h.constant(j)));
        add(MutableArrayRef(next).slice(3 * j, 3), data, ofWeights(weights(at, mask)));
      }
      next[3 * count] = h.at(x, part);
      next[3 * count + 1] = h.at(weight, weightStep);
      next[3 * count + 2] = h.sub(left, step);
      return next;
    });
    for (int64_t j = 0; j < count; ++j) {
      Complex y = total(ArrayRef(totals).slice(3 * j, 3));
      Value at = h.at(to, h.mul(h.add(o, h.constant(j)), h.constant(samples * l.elementBytes())));
      store({sumOfChannels(y.re), sumOfChannels(y.im)}, at, few);
    }
  });
}

void FoldedProduct::inputs() {
  ErrandShares errands(h, l, arguments, vectors);
  emitInBlocks(h, vectors, sums, [&](int64_t count, Value first) {
    errands.run(first, count);
    Value input = h.mul(first, h.constant(fold));
    SmallVector<Value> masks, carried(3 * count, l.zero());
    for (int64_t i = 0; i < count; ++i)
      masks.push_back(present(h.sub(in, h.add(input, h.constant(i * fold)))));
    carried.append({from, h.at(w, h.mul(input, h.constant(l.elementBytes())))});
    auto totals = l.loop(h.constant(0), out, 1, carried, [&](Value, ValueRange now) {
      SmallVector<Value> next(now);
      Value y = now[3 * count], weight = now[3 * count + 1];
      Factors data = ofData({spreadSamples(y), spreadSamples(h.at(y, fromIm))});
      for (int64_t i = 0; i < count; ++i) {
        Value at = h.at(weight, i * fold * l.elementBytes());
        add(MutableArrayRef(next).slice(3 * i, 3), data, ofWeights(weights(at, masks[i])));
      }
      next[3 * count] = h.at(y, samples * l.elementBytes());
      next[3 * count + 1] = h.at(weight, wOuter);
      return next;
    });
    for (int64_t i = 0; i < count; ++i) {
      Value at = h.at(to, h.mul(h.add(first, h.constant(i)), h.constant(part)));
      store(total(ArrayRef(totals).slice(3 * i, 3)), at, l);
    }
  });
}

func::FuncOp SpectralTiles::folded(int64_t fold, bool toOutputs, Form form) {
  assert(!form.accumulate && fold >= 2 && lanes % fold == 0 && "a vector holds whole channels");
  Type p = host.ptr(), n = host.i64();
  std::string kernel = (toOutputs ? "outputs.by" : "inputs.by") + std::to_string(fold);
  return withErrands(name(kernel, variant(form)), {p, n, p, n, p, n, n, n}, [&](ValueRange arguments) {
    FoldedProduct product(host, Lanes(host.b, host.loc, element, lanes), registers, fold, form, arguments);
    toOutputs ? product.outputs() : product.inputs();
  });
}
