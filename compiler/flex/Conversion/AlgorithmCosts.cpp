// Counts follow the loops of Direct*.cpp and Spectral*.cpp; factors were fitted to measured times.
#include "flex/Conversion/AlgorithmCosts.h"

#include "flex/Conversion/Spectral.h"
#include "flex/Conversion/SpectralCode.h"
#include "flexrt/abi/flexrt.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace flex;

namespace {

/// Reals that read like arithmetic.
class Real {
public:
  Real(HostBuilder &h, Value value) : h(&h), value(value) {}
  Real(HostBuilder &h, double value) : h(&h), value(h.real(value, h.f64())) {}
  Real(Index integer, HostBuilder &h) : h(&h), value(h.b.create<arith::SIToFPOp>(h.loc, h.f64(), integer)) {}
  operator Value() const { return value; }

  friend Real operator+(Real x, Real y) { return {*x.h, x.h->b.create<arith::AddFOp>(x.h->loc, x.value, y.value)}; }
  friend Real operator*(Real x, Real y) { return {*x.h, x.h->b.create<arith::MulFOp>(x.h->loc, x.value, y.value)}; }
  friend Real operator/(Real x, Real y) { return {*x.h, x.h->b.create<arith::DivFOp>(x.h->loc, x.value, y.value)}; }
  friend Real operator+(Real x, double y) { return x + Real(*x.h, y); }
  friend Real operator*(Real x, double y) { return x * Real(*x.h, y); }
  friend Real operator/(Real x, double y) { return x / Real(*x.h, y); }

private:
  HostBuilder *h;
  Value value;
};

/// What all formulas need.
struct Sizes {
  Index samples, padded, size0, size1, taps0, taps1;
  Real in, out, taps, points, elementBytes;

  Sizes(HostBuilder &h, const CorrelationCall &call, FloatType element)
      : samples(h, call.samples), padded(h, call.paddedSamples), size0(h, call.causal ? h.constant(1) : call.size[0]),
        size1(h, call.causal ? call.size[0] : call.size[1]), taps0(h, call.causal ? h.constant(1) : call.taps[0]),
        taps1(h, call.causal ? call.taps[0] : call.taps[1]), in(h, double(call.in)), out(h, double(call.out)),
        taps(taps0 * taps1, h), points(size0 * size1, h), elementBytes(h, element.getWidth() / 8.0) {}
};

} // namespace

AlgorithmCosts::Cost AlgorithmCosts::of(int32_t algorithm) {
  if (algorithm == FLEXRT_BASIS)
    return spectral(/*mixed=*/true);
  Cost cost = algorithm == FLEXRT_DIRECT ? direct() : algorithm == FLEXRT_SPECTRAL ? spectral(false) : library();
  if (!call.hidden)
    return cost;
  Cost taps = mixedTaps();
  bool inMemory = algorithm != FLEXRT_SPECTRAL; // which makes them in the near cache
  Value bytes = inMemory ? Value(Real(h, cost.bytes) + Real(h, taps.bytes)) : cost.bytes;
  return {Real(h, cost.multiplyAdds) + Real(h, taps.multiplyAdds), bytes};
}

/// How often a product of the mixture's size is taken: for the taps, and for the gradients of both factors.
static int64_t mixtures(int64_t wanted) {
  return bool(wanted & (FLEXRT_OUTPUT | FLEXRT_INPUT_GRADIENT)) + 2 * bool(wanted & FLEXRT_TAPS_GRADIENT);
}

AlgorithmCosts::Cost AlgorithmCosts::mixedTaps() {
  constexpr double kProducts = 0.6;
  Sizes s(h, call, element);
  Real pairs = s.in * s.out, times(h, double(mixtures(wanted)));
  return {pairs * s.taps * times * (double(call.hidden + 1) / kProducts), pairs * s.taps * times * s.elementBytes};
}

//===- Direct ------------------------------------------------------------------------------------------------------===//

AlgorithmCosts::Cost AlgorithmCosts::direct() {
  /// Of the peak, tiles reach; vectors' worth of work to pack one, and to pack a weight.
  constexpr double kSums = 0.92, kTapSums = 0.8, kPack = 4, kWeight = 2, kLaneSum = 12;
  Sizes s(h, call, element);
  Index width(h, lanes);
  Real vectorLanes(h, double(lanes));
  Real vectors(s.size0 * ceilDiv(s.size1 * s.samples, width), h), np(s.padded, h);
  // Rows of taps that lie beyond the data are left out.
  Index reach = min(s.taps0 / 2, s.size0 - 1);
  Real rows(s.size0 * (reach * 2 + 1) - reach * (reach + 1), h);
  Real used = rows / Real(s.size0, h) * Real(s.taps1, h);
  Real panels = Real(s.size0 * s.size1 * ceilDiv(s.samples, width), h);
  Real multiplyAdds(h, 0.0), bytes(h, 0.0);
  auto sums = [&](Real from, Real to) {
    // Each vector is loaded once: one more channel's worth.
    multiplyAdds = multiplyAdds + vectors * used * from * (to + 1.0) * vectorLanes / kSums +
                   (panels * from * kPack + from * to * s.taps * kWeight) * vectorLanes;
    bytes = bytes + (from * 1.5 + to * 2.0) * s.points * np * s.elementBytes;
  };
  if (wanted & FLEXRT_OUTPUT)
    sums(s.in, s.out);
  if (wanted & FLEXRT_INPUT_GRADIENT)
    sums(s.out, s.in);
  if (wanted & FLEXRT_TAPS_GRADIENT) {
    multiplyAdds = multiplyAdds + vectors * used * s.in * (s.out + 1.0) * vectorLanes / kTapSums +
                   panels * (s.in + s.out) * kPack * vectorLanes + s.in * s.out * s.taps * vectorLanes * kLaneSum;
    bytes = bytes + (s.in * 1.5 + s.out) * s.points * np * s.elementBytes;
  }
  return {multiplyAdds, bytes};
}

//===- Spectral ----------------------------------------------------------------------------------------------------===//

/// Vector operations of a complex transform: about 2 n log2 n, and loads and stores.
static Real transformCost(HostBuilder &h, Index length) {
  Value isNone = length.equals(0);
  Index n = Index(h, 1).when(isNone, length);
  Value zeros = h.b.create<math::CountLeadingZerosOp>(h.loc, Value(n));
  Real log(Index(h, 63) - Index(h, zeros), h);
  return Real(n, h) * (log * 2.0 + 8.0);
}

AlgorithmCosts::Cost AlgorithmCosts::spectral(bool mixed) {
  using Slot = SpectralSlot;
  /// Of the peak, products reach; of the memory's rate, rows that are scattered over columns.
  constexpr double kProducts = 0.75, kMixtures = 0.75, kScattered = 0.8;
  bool backward = wanted != FLEXRT_OUTPUT;
  SpectralCode c(h, element, lanes);
  CorrelationCall shape = call;
  shape.mixesSpectra = mixed;
  c.context = SpectralEmitter(h, element, lanes).plan(shape, backward);
  Sizes s(h, call, element);
  // Complex vectors; a lone one is half as much work, shared by the channels in it. Every tile of a signal is as much work as
  // further vectors.
  Index paired = s.padded / (2 * lanes) * (2 * lanes), lone = s.padded - paired;
  Real vectorLanes(h, double(lanes)), tiles(c[Slot::Tiles], h);
  Real groups = (Real(paired, h) + Real(lone, h) / Real(c[Slot::LoneFold], h)) * tiles / (vectorLanes * 2.0);
  Real lengthA(c[Slot::LengthA], h), lengthB(c[Slot::LengthB], h), outer(c[Slot::DataOuter], h);
  Real a = transformCost(h, c[Slot::LengthA]), b = transformCost(h, c[Slot::LengthB]);
  Real channel = (outer * a + lengthA * b) * groups, frequencies = lengthA * lengthB * groups;
  Real pairs(ceilDiv(Index(h, call.in * call.out), Index(h, lanes)), h), tapRows(c[Slot::TapOuter], h);
  Real signals(c[Slot::SignalVectors], h);
  Real tapsIn = signals * (tapRows / 2.0 * a + lengthA / 2.0 * b + s.taps * 4.0);
  Real mixture = lengthA * lengthB * pairs * (double(mixed ? call.hidden + 1 : 0) / kMixtures);
  Real traffic = lengthA * outer * groups * 2.0 * vectorLanes * s.elementBytes / kScattered;
  Real data = s.points * Real(s.padded, h) * s.elementBytes;
  Real vectors(h, 0.0), bytes(h, 0.0);
  auto add = [&](Real work, Real moved) { vectors = vectors + work, bytes = bytes + moved; };
  if (!backward)
    add(channel * (s.in + s.out) + frequencies * s.in * s.out * 3.0 / kProducts + tapsIn,
        traffic * (s.in * 2.0 + s.out * 2.0) + data * (s.in + s.out));
  else
    add(channel * s.out, traffic * s.out * 2.0 + data * s.out);
  if (wanted & FLEXRT_INPUT_GRADIENT)
    add(channel * s.in + frequencies * s.in * s.out * 3.0 / kProducts + tapsIn, traffic * s.in * 2.0 + data * s.in);
  if (wanted & FLEXRT_TAPS_GRADIENT)
    add(channel * s.in + frequencies * s.in * s.out * 3.5 / kProducts + tapsIn, traffic * s.in * 2.0 + data * s.in);
  if (call.hidden) { // there may be more of taps than of data
    Real tapTraffic = lengthA * tapRows * signals * vectorLanes * s.elementBytes / kScattered;
    add(mixture * double(mixtures(wanted)), tapTraffic * double(llvm::popcount(uint64_t(wanted))));
  }
  return {vectors * vectorLanes, bytes};
}

//===- The library -------------------------------------------------------------------------------------------------===//

AlgorithmCosts::Cost AlgorithmCosts::library() {
  constexpr double kSums = 0.3, kCall = 5e7; // multiply-adds that a call is worth, about a millisecond
  Sizes s(h, call, element);
  double results = llvm::popcount(uint64_t(wanted));
  Real samples(s.samples, h);
  Real sums = s.in * s.out * s.taps * s.points * samples * (results / kSums) + kCall * results;
  return {sums, (s.in + s.out) * s.points * samples * s.elementBytes * (4 * results)};
}
