// The passes of the taps along axis A. Lanes are pairs of channels, so blocks of taps are transposed on the way between
// memory, where a pair's taps are neighbours, and the stage, where a position's pairs are; or are made there, if they are mixtures
// of signals. Where spectra are mixed, signals take the place of pairs. Taps are real: two rows make
// one complex sequence, and only the frequencies up to half of axis A are kept.
#include "flex/Conversion/RegisterTranspose.h"
#include "flex/Conversion/SpectralCode.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

namespace {

class TapPass {
public:
  /// The vector of pairs with number `vector`, in the calling worker's memory.
  TapPass(SpectralCode &c, Index vector);

  void forward();
  void back(Index chunk);

private:
  /// Address of each lane's row of `kernel`, or of `scale`; rows that are not there repeat the last.
  SmallVector<Value> lanesOf(Slot kernel, Slot scale);
  /// Stage position of tap t: a signal's last tap comes first.
  Index position(Index t) { return t.when(images, roundUp(taps, c.lanes) - 1 - t); }
  StagedTaps staged() { return {c.at(stage, position(c.index(0)) * c.lanes), c.index(c.lanes).when(images, c.index(-c.lanes))}; }
  void loadTaps();
  void storeTaps();
  void split(Index o, Value two);
  /// `store(vector, address)`: through the caches or past them.
  void split(Index o, Value two, llvm::function_ref<void(Value, Value)> store);
  void join(Index o, Value two);
  /// For every two rows o, o + 1 of the stage: `step(stage, o, count, whether the second is there)`.
  void forRowPairs(llvm::function_ref<void(SpectralCode::Sequence, Index o, Index count, Value two)> step);
  /// Row o at frequency f of the half spectra at `slot`.
  Value rowOf(Slot slot, Index f, Index o) {
    Index offset = f * c[Slot::TapRowPitch] + (vector * c[Slot::TapOuter] + o) * (2 * c.lanes);
    return c.at(c.place(slot), offset);
  }
  Value spectrumAt(Index f) { return c.at(spectrum, f * (2 * c.lanes)); }
  SpectralCode::Sequence spectrumSequence() { return {spectrum, c.index(2 * c.lanes), c.index(c.lanes)}; }

  SpectralCode &c;
  HostBuilder &h;
  Lanes &l;
  Index vector, taps;
  Value images, stage, spectrum;
};

} // namespace

TapPass::TapPass(SpectralCode &c, Index vector)
    : c(c), h(c.h), l(c.l), vector(vector), taps(c[Slot::TapCount]), images(c[Slot::Causal].equals(0)) {
  Value worker = c.worker();
  stage = c.workerPlace(worker, Slot::StageAt);
  spectrum = c.workerPlace(worker, Slot::SpectrumAt);
}

SmallVector<Value> TapPass::lanesOf(Slot kernel, Slot scale) {
  Index last = c[Slot::Signals] - 1;
  SmallVector<Value> addresses;
  for (int64_t lane = 0; lane < c.lanes; ++lane) {
    Index row = min(vector * c.lanes + lane, last);
    Value own = c.at(c.pointer(kernel), row * c[Slot::TapStride]);
    addresses.push_back(h.b.create<arith::SelectOp>(h.loc, row.equals(c[Slot::ScaleRow]), c.pointer(scale), own));
  }
  return addresses;
}

void TapPass::loadTaps() {
  SmallVector<Value> rows = lanesOf(Slot::Kernel, Slot::Scale);
  h.loop(c.index(0), taps, c.lanes, [&](Value t) {
    SmallVector<Value> block;
    for (Value row : rows)
      block.push_back(l.loadLanes(c.at(row, Index(h, t))));
    for (auto [i, positionLanes] : llvm::enumerate(transposed(h.b, h.loc, std::move(block))))
      l.store(positionLanes, c.at(stage, position(Index(h, t) + int64_t(i)) * c.lanes));
  });
}

void TapPass::forRowPairs(llvm::function_ref<void(SpectralCode::Sequence, Index, Index, Value)> step) {
  Index outer = c[Slot::TapOuter];
  h.loop(c.index(0), outer, 2, [&](Value number) {
    Index o(h, number), first = c[Slot::StageBase] + o * c[Slot::TapStrideO];
    SpectralCode::Sequence rows{c.at(stage, first * c.lanes), c[Slot::TapStrideA] * c.lanes,
                                c[Slot::TapStrideO] * c.lanes};
    Index count = min(c[Slot::TapKept], (c[Slot::TapEnd] - o) / c[Slot::TapStep]);
    step(rows, o, count, o + 1 < outer);
  });
}

void TapPass::split(Index o, Value two) {
  h.when(
      c.isSet(Slot::ManyTaps), [&] { split(o, two, [&](Value vector, Value to) { c.l.storePast(vector, to); }); },
      [&] { split(o, two, [&](Value vector, Value to) { l.store(vector, to); }); });
}

/// The spectrum of a + ib, where a and b are real: those of a and b, times the scale of the inverse transforms.
void TapPass::split(Index o, Value two, llvm::function_ref<void(Value, Value)> store) {
  Index length = c[Slot::LengthA], half = length / 2 + 1;
  Index points = length * c[Slot::LengthB];
  Value scale = l.div(l.number(0.5), l.fromInteger(points));
  h.loop(c.index(0), half, 1, [&](Value number) {
    Index f(h, number);
    Value at = spectrumAt(f), mirror = spectrumAt((length - f) % length);
    Value re = l.loadLanes(at), im = l.loadLanes(c.at(at, c.lanes));
    Value mirrorRe = l.loadLanes(mirror), mirrorIm = l.loadLanes(c.at(mirror, c.lanes));
    Value to = rowOf(Slot::TapsAt, f, o);
    store(l.mul(l.add(re, mirrorRe), scale), to);
    store(l.mul(l.sub(im, mirrorIm), scale), c.at(to, c.lanes));
    h.when(two, [&] {
      store(l.mul(l.add(im, mirrorIm), scale), c.at(to, 2 * c.lanes));
      store(l.mul(l.sub(mirrorRe, re), scale), c.at(to, 3 * c.lanes));
    });
  });
}

void TapPass::forward() {
  h.when(c.isSet(Slot::TapsOf), [&] { mixTaps(c, vector, staged()); }, [&] { loadTaps(); });
  // What the second row of the last pair, or the end of a row of a signal, finds behind the taps.
  Value behind = c.at(stage, (c[Slot::StageBase] + taps) * c.lanes);
  h.zero(behind, c[Slot::TapStrideO] * (c.lanes * c.elementBytes));
  forRowPairs([&](SpectralCode::Sequence rows, Index o, Index count, Value two) {
    c.transform(Slot::TapForwardA, rows, spectrumSequence(), c[Slot::TapOriginA], count);
    split(o, two);
  });
}

/// The inverse of `split`: frequencies f and -f of the sums were added (the second conjugated), so each is half of what is
/// there; at 0 and at half the length only the real part counts.
void TapPass::join(Index o, Value two) {
  Index length = c[Slot::LengthA];
  Value scale = l.div(l.number(1), l.fromInteger(length * c[Slot::LengthB]));
  Value halfScale = l.mul(scale, l.number(0.5)), zero = l.zero();
  auto part = [&](Value from, int64_t offset, Value there) {
    auto load = [&] { return l.loadLanes(c.at(from, offset * c.lanes)); };
    return there ? h.choose(there, l.laneType(), load, [&] { return zero; }) : load();
  };
  auto alone = [&](Index f) {
    Value from = rowOf(Slot::TapGradientAt, f, o), to = spectrumAt(f);
    l.store(l.mul(part(from, 0, {}), scale), to);
    l.store(l.mul(part(from, 2, two), scale), c.at(to, c.lanes));
  };
  alone(c.index(0));
  h.when((length % 2).equals(0), [&] { alone(length / 2); });
  h.loop(c.index(1), (length + 1) / 2, 1, [&](Value number) {
    Index f(h, number);
    Value from = rowOf(Slot::TapGradientAt, f, o), to = spectrumAt(f), mirror = spectrumAt(length - f);
    Value re = l.mul(part(from, 0, {}), halfScale), im = l.mul(part(from, 1, {}), halfScale);
    Value nextRe = l.mul(part(from, 2, two), halfScale), nextIm = l.mul(part(from, 3, two), halfScale);
    l.store(l.sub(re, nextIm), to);
    l.store(l.add(im, nextRe), c.at(to, c.lanes));
    l.store(l.add(re, nextIm), mirror);
    l.store(l.sub(nextRe, im), c.at(mirror, c.lanes));
  });
}

void TapPass::storeTaps() {
  SmallVector<Value> rows = lanesOf(Slot::KernelGradient, Slot::ScaleGradient);
  Index left = c[Slot::Signals] - vector * c.lanes;
  h.loop(c.index(0), taps, c.lanes, [&](Value t) {
    SmallVector<Value> block;
    for (int64_t i = 0; i < c.lanes; ++i)
      block.push_back(l.loadLanes(c.at(stage, position(Index(h, t) + i) * c.lanes)));
    for (auto [lane, taps] : llvm::enumerate(transposed(h.b, h.loc, std::move(block))))
      h.when(c.index(int64_t(lane)) < left, [&] { l.store(taps, c.at(rows[lane], Index(h, t))); });
  });
}

void TapPass::back(Index chunk) {
  forRowPairs([&](SpectralCode::Sequence rows, Index o, Index count, Value two) {
    // The next two rows follow these at every frequency.
    c.fetch(rowOf(Slot::TapGradientAt, c.index(0), o + 2), c[Slot::TapRowPitch], c[Slot::Columns], c.index(4 * c.lanes));
    join(o, two);
    c.transform(Slot::TapInverseA, spectrumSequence(), rows, c[Slot::TapOriginA], count);
  });
  h.when(c.isSet(Slot::TapsOf), [&] { unmixTaps(c, vector, staged(), chunk); }, [&] { storeTaps(); });
}

/// `stage(context, chunk)`: first the vectors of taps, then blocks of rows of x, then of y's gradient.
static void emitStage(SpectralCode &c) {
  if (!c.open("stage", /*chunked=*/true))
    return;
  HostBuilder &h = c.h;
  Index chunk = c.chunk(), taps = c[Slot::TapChunks], inputs = taps + c[Slot::InputChunks];
  auto rows = [&](Slot memory, Slot channels, Slot transformed, Index first) {
    Index isFactor = memory == Slot::Input ? c[Slot::Backward] : c.index(0);
    h.call(c.symbol("data_rows"),
           {c.context, c.pointer(memory), c[channels], c.place(transformed), chunk - first, isFactor});
  };
  h.when(
      chunk < taps, [&] { TapPass(c, chunk).forward(); },
      [&] {
        h.when(
            chunk < inputs, [&] { rows(Slot::Input, Slot::In, Slot::InputAt, taps); },
            [&] { rows(Slot::Gradient, Slot::Out, Slot::GradientAt, inputs); });
      });
  c.close();
}

void flex::emitSpectralTaps(SpectralCode &c) {
  emitStage(c);
  if (!c.open("taps_back", /*chunked=*/true))
    return;
  Index block = c[Slot::TapBlock], first = c.chunk() * block, end = min(first + block, c[Slot::SignalVectors]);
  c.h.when(c.isSet(Slot::TapsOf), [&] { clearSignalGradients(c, c.chunk()); });
  c.h.loop(first, end, 1, [&](Value vector) { TapPass(c, {c.h, vector}).back(c.chunk()); });
  c.close();
}
