// Taps that are mixtures of signals, made where their transform begins: weight and basis meet in the near cache, with pairs of
// channels in the lanes, and taps are in no other memory. Gradients go the other way, from where the taps' come out: those of a pair's
// weights are sums over taps, and those of a signal sums over pairs, for which the block is turned once.
//
// A chunk of vectors of pairs has a gradient of the signals of its own, and chunks are summed in their order.
#include "flex/Conversion/MixtureProduct.h"
#include "flex/Conversion/RegisterTranspose.h"
#include "flex/Conversion/SpectralCode.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

Index flex::mixedTapRow(SpectralCode &c) { return roundUp(c[Slot::TapCount], c.lanes); }

/// The gradient of all signals, the scale last, that a chunk has.
static Value partAt(SpectralCode &c, Index chunk) {
  return c.at(c.place(Slot::TapPartsAt), chunk * (c[Slot::TapsOf] + 1) * mixedTapRow(c));
}

namespace {

class MixedTaps {
public:
  MixedTaps(SpectralCode &c, Index vector, StagedTaps taps)
      : c(c), h(c.h), worker(c.worker()), first(vector * c.lanes), left(c[Slot::Signals] - first), hidden(c[Slot::TapsOf]),
        taps(taps), factors(c.workerPlace(worker, Slot::FactorsAt)) {}

  void mix();
  void weightGradients();
  void addToSignals(Index chunk);

private:
  Index bytes(Index elements) { return elements * c.elementBytes; }
  Index one() { return c.index(1); }
  Value ofScale(Value start, Index row) { return c.at(start, hidden * row); }
  /// For each lane's pair and each of its weights: where it is in `weight` or `bias`, and among the factors. Lanes behind the last
  /// pair have that one's, unless they are left out.
  void forFactors(Slot weight, Slot bias, bool leaveOut, function_ref<void(Value memory, Value factor)> move);
  /// Turns the taps: a row for each pair.
  Value turned();

  SpectralCode &c;
  HostBuilder &h;
  Value worker;
  Index first, left, hidden;
  StagedTaps taps;
  Value factors; ///< [signals, and the scale][lanes]
};

} // namespace

void MixedTaps::forFactors(Slot weight, Slot bias, bool leaveOut, function_ref<void(Value, Value)> move) {
  Index last = left - 1, lanes = c.index(c.lanes);
  h.loop(c.index(0), leaveOut ? min(lanes, left) : lanes, 1, [&](Value lane) {
    Index pair = first + min(Index(h, lane), last);
    Value row = c.at(c.pointer(weight), pair * hidden), to = c.at(factors, Index(h, lane));
    h.loop(c.index(0), hidden, 1, [&](Value k) { move(c.at(row, Index(h, k)), c.at(to, Index(h, k) * c.lanes)); });
    move(c.at(c.pointer(bias), pair), ofScale(to, lanes));
  });
}

void MixedTaps::mix() {
  forFactors(Slot::Weight, Slot::Bias, /*leaveOut=*/false,
             [&](Value memory, Value factor) { c.l.store(c.l.loadScalar(memory), factor); });
  auto add = [&](bool accumulate, Value signals, Value factors, Index count) {
    h.call(mixtureProduct(c, accumulate),
           {signals, bytes(one()), bytes(c[Slot::TapStride]), factors, bytes(c.index(c.lanes)), taps.first, bytes(taps.step),
            c[Slot::TapCount], count, one()});
  };
  add(false, c.pointer(Slot::Scale), ofScale(factors, c.index(c.lanes)), one());
  add(true, c.pointer(Slot::Kernel), factors, hidden);
}

void MixedTaps::weightGradients() {
  auto sum = [&](Value signals, Value to, Index count) {
    h.call(mixtureProduct(c, /*accumulate=*/false),
           {signals, bytes(c[Slot::TapStride]), bytes(one()), taps.first, bytes(taps.step), to, bytes(c.index(c.lanes)), count,
            c[Slot::TapCount], one()});
  };
  sum(c.pointer(Slot::Kernel), factors, hidden);
  sum(c.pointer(Slot::Scale), ofScale(factors, c.index(c.lanes)), one());
  forFactors(Slot::WeightGradient, Slot::BiasGradient, /*leaveOut=*/true,
             [&](Value memory, Value factor) { c.l.store(c.l.loadScalar(factor), memory); });
}

Value MixedTaps::turned() {
  Value rows = c.workerPlace(worker, Slot::TapRowsAt);
  Index pitch = mixedTapRow(c), last = c[Slot::TapCount] - 1;
  h.loop(c.index(0), pitch, c.lanes, [&](Value t) {
    SmallVector<Value> block;
    for (int64_t i = 0; i < c.lanes; ++i) // behind the last tap: that one
      block.push_back(c.l.loadLanes(c.at(taps.first, min(Index(h, t) + i, last) * taps.step)));
    for (auto [pair, lanes] : llvm::enumerate(transposed(h.b, h.loc, std::move(block))))
      c.l.store(lanes, c.at(rows, pitch * int64_t(pair) + Index(h, t)));
  });
  return rows;
}

void MixedTaps::addToSignals(Index chunk) {
  Value rows = turned(), part = partAt(c, chunk);
  Index pitch = bytes(mixedTapRow(c)), vectors = mixedTapRow(c) / c.lanes, pairs = min(left, c.index(c.lanes));
  auto add = [&](Value weights, Index ofPair, Value to, Index count) {
    h.call(mixtureProduct(c, /*accumulate=*/true),
           {weights, bytes(one()), bytes(ofPair), rows, pitch, to, pitch, count, pairs, vectors});
  };
  add(c.at(c.pointer(Slot::Weight), first * hidden), hidden, part, hidden);
  add(c.at(c.pointer(Slot::Bias), first), one(), ofScale(part, mixedTapRow(c)), one());
}

void flex::mixTaps(SpectralCode &c, Index vector, StagedTaps taps) { MixedTaps(c, vector, taps).mix(); }

void flex::unmixTaps(SpectralCode &c, Index vector, StagedTaps taps, Index chunk) {
  MixedTaps mixed(c, vector, taps);
  mixed.weightGradients();
  mixed.addToSignals(chunk);
}

void flex::clearSignalGradients(SpectralCode &c, Index chunk) {
  c.h.zero(partAt(c, chunk), (c[Slot::TapsOf] + 1) * mixedTapRow(c) * c.elementBytes);
}

void flex::emitSpectralMixedTaps(SpectralCode &c) {
  if (!c.open("signals_back", /*chunked=*/true))
    return;
  HostBuilder &h = c.h;
  Index signal = c.chunk(), hidden = c[Slot::TapsOf], row = mixedTapRow(c);
  Index chunks = ceilDiv(c[Slot::SignalVectors], c[Slot::TapBlock]);
  Value basis = c.at(c.pointer(Slot::KernelGradient), signal * c[Slot::TapStride]);
  Value to = h.b.create<arith::SelectOp>(h.loc, signal.equals(hidden), c.pointer(Slot::ScaleGradient), basis);
  h.loop(c.index(0), row, c.lanes, [&](Value t) {
    auto part = [&](Index chunk) { return c.l.loadLanes(c.at(partAt(c, chunk), signal * row + Index(h, t))); };
    Value sum = c.l.loop(c.index(1), chunks, 1, part(c.index(0)), [&](Value chunk, ValueRange sum) {
      return SmallVector<Value>{c.l.add(sum[0], part({h, chunk}))};
    })[0];
    c.l.store(sum, c.at(to, Index(h, t)));
  });
  c.close();
}
