// Rows of the one vector of samples that has no other to make pairs with: two rows make one complex sequence instead.
// Both are real, so half of their frequencies say everything. And where samples fill half its lanes or fewer, several channels
// share a vector from here to the products, and back: they lie side by side in the copy that is transformed.
#include "flex/Conversion/SpectralRows.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

namespace {

class LonePass {
public:
  LonePass(SpectralCode &c, SpectralRow row, SpectralRow next, Value hasNext)
      : c(c), h(c.h), l(c.l), row(row), next(next), hasNext(hasNext), length(c[Slot::LengthA]), worker(c.worker()),
        dataStride(c[Slot::DataStrideA] * c[Slot::PaddedSamples]), valid(c.validLanes(c[Slot::FirstSample])),
        own(c.lanesBelow(c[Slot::FoldLanes], c.index(0))) {}

  void forward(Value isFactor, Value fromSource);
  void back();

private:
  void load();
  void loadFromSource();
  void split(Value isFactor);
  /// `store(vector, address)`: through the caches or past them.
  void split(Value isFactor, llvm::function_ref<void(Value, Value)> store);
  void join();
  void store();
  void fetchNext();
  /// For each of the channels that share a vector: its number, and that of its first lane.
  void forChannels(llvm::function_ref<void(Index number, Index lane)> body);
  /// `each` for every point of both rows from the first that memory has: there and in the copy, of all channels. `missing`:
  /// where the second has none.
  void forPoints(llvm::function_ref<void(Value memory, Value copy)> each, llvm::function_ref<void(Value copy)> missing);
  /// Zeros before the first point, and for channels that are not there.
  void clear();
  void storeOwn(Value lanes, Value to) { c.storeMasked(lanes, to, own); }
  SpectralCode::Sequence copySequence() { return {copy(), two(), one()}; }
  SpectralCode::Sequence spectrumSequence() { return {spectrum(), two(), one()}; }

  Index one() { return c.index(c.lanes); }
  Index two() { return c.index(2 * c.lanes); }
  Value copy() { return c.workerPlace(worker, Slot::RowStageAt); }
  Value spectrum() { return c.workerPlace(worker, Slot::SpectrumAt); }
  Value spectrumAt(Index f) { return c.at(spectrum(), f * two()); }
  Value inT(SpectralRow r, Index f) { return c.at(r.transformed, f * c[Slot::RowPitch]); }

  SpectralCode &c;
  HostBuilder &h;
  Lanes &l;
  SpectralRow row, next;
  Value hasNext;
  Index length;
  Value worker;
  Index dataStride;
  Value valid, own; ///< i1 lanes: with samples, and all of a channel
};

} // namespace

void LonePass::forChannels(llvm::function_ref<void(Index, Index)> body) {
  h.loop(c.index(0), row.channels, 1, [&](Value number) { body({h, number}, Index(h, number) * c[Slot::FoldLanes]); });
}

void LonePass::forPoints(llvm::function_ref<void(Value, Value)> each, llvm::function_ref<void(Value)> missing) {
  Index count = next.count.when(hasNext, c.index(0)), channel = c[Slot::Size0] * c[Slot::Size1] * c[Slot::PaddedSamples];
  forChannels([&](Index number, Index lane) {
    h.loop(row.first, row.count, 1, [&](Value point) {
      Index a(h, point), there = number * channel + a * dataStride;
      Value here = c.at(copy(), a * two() + lane), beside = c.at(here, c.lanes);
      each(c.at(row.memory, there), here);
      h.when(a < count, [&] { each(c.at(next.memory, there), beside); }, [&] { missing(beside); });
    });
  });
}

void LonePass::clear() {
  Index points = row.first.when(row.channels.equals(c[Slot::Fold]), row.count);
  h.zero(copy(), points * two() * c.elementBytes);
}

void LonePass::load() {
  clear();
  forPoints([&](Value memory, Value copy) { storeOwn(c.loadMasked(memory, valid), copy); },
            [&](Value copy) { storeOwn(l.zero(), copy); });
}

/// The source writes whole vectors: those of one of several channels to the memory of the spectrum, from where its lanes are taken.
void LonePass::loadFromSource() {
  clear();
  Index missing = next.count.when(hasNext, row.first);
  auto load = [&](SpectralRow from, Index number, Value to) {
    from.channel = from.channel + number;
    flex::loadFromSource(c, from, to, two(), c.index(1), /*next=*/2);
  };
  auto loadBoth = [&](Index number, Value to) {
    load(row, number, to);
    h.when(hasNext, [&] { load(next, number, c.at(to, c.lanes)); });
    h.loop(missing, row.count, 1, [&](Value a) { l.store(l.zero(), c.at(to, Index(h, a) * two() + c.lanes)); });
  };
  auto take = [&](Index number, Index lane) {
    loadBoth(number, spectrum());
    h.loop(row.first, row.count, 1, [&](Value a) {
      Value from = c.at(spectrum(), Index(h, a) * two()), to = c.at(copy(), Index(h, a) * two() + lane);
      storeOwn(l.loadLanes(from), to);
      storeOwn(l.loadLanes(c.at(from, c.lanes)), c.at(to, c.lanes));
    });
  };
  h.when(c[Slot::Fold].equals(1), [&] { loadBoth(c.index(0), copy()); }, [&] { forChannels(take); });
}

void LonePass::store() {
  auto move = [&](Value memory, Value copy) { c.storeMasked(l.loadLanes(copy), memory, valid); };
  forPoints(move, [](Value) {});
}

void LonePass::split(Value isFactor) {
  h.when(
      c.isSet(Slot::Far), [&] { split(isFactor, [&](Value vector, Value to) { c.l.storePast(vector, to); }); },
      [&] { split(isFactor, [&](Value vector, Value to) { l.store(vector, to); }); });
}

/// The spectrum of a + ib, where a and b are real: those of a and b.
void LonePass::split(Value isFactor, llvm::function_ref<void(Value, Value)> store) {
  h.loop(c.index(0), length / 2 + 1, 1, [&](Value number) {
    Index f(h, number), mirror = (length - f) % length;
    Value at = spectrumAt(f), other = spectrumAt(mirror);
    Value hasMirror = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::ne, f, mirror);
    Value isDouble = h.b.create<arith::AndIOp>(h.loc, isFactor, hasMirror);
    Value scale = l.spread(h.b.create<arith::SelectOp>(h.loc, isDouble, l.number(1), l.number(0.5)));
    Value re = l.loadLanes(at), im = l.loadLanes(c.at(at, c.lanes));
    Value otherRe = l.loadLanes(other), otherIm = l.loadLanes(c.at(other, c.lanes));
    Value to = inT(row, f);
    store(l.mul(l.add(re, otherRe), scale), to);
    store(l.mul(l.sub(im, otherIm), scale), c.at(to, c.lanes));
    h.when(hasNext, [&] {
      Value to = inT(next, f);
      store(l.mul(l.add(im, otherIm), scale), to);
      store(l.mul(l.sub(otherRe, re), scale), c.at(to, c.lanes));
    });
  });
}

/// The inverse of `split`. At 0 and at half the length spectra are real.
void LonePass::join() {
  auto part = [&](Index f, int64_t offset) {
    return h.choose(
        hasNext, l.laneType(), [&] { return l.loadLanes(c.at(inT(next, f), offset)); }, [&] { return l.zero(); });
  };
  h.loop(c.index(0), length / 2 + 1, 1, [&](Value number) {
    Index f(h, number), mirror = (length - f) % length;
    Value from = inT(row, f), at = spectrumAt(f), other = spectrumAt(mirror);
    Value re = l.loadLanes(from), im = l.loadLanes(c.at(from, c.lanes));
    Value nextRe = part(f, 0), nextIm = part(f, c.lanes);
    l.store(l.add(re, nextIm), other);
    l.store(l.sub(nextRe, im), c.at(other, c.lanes));
    Value hasMirror = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::ne, f, mirror);
    auto orReal = [&](Value value, Value real) { return h.b.create<arith::SelectOp>(h.loc, hasMirror, value, real); };
    l.store(orReal(l.sub(re, nextIm), re), at);
    l.store(orReal(l.add(im, nextRe), nextRe), c.at(at, c.lanes));
  });
}

/// The next two rows of T follow these.
void LonePass::fetchNext() {
  h.loop(c.index(0), length / 2 + 1, 1, [&](Value f) {
    Value rows = c.at(inT(row, {h, f}), c[Slot::Slice] * 2);
    for (int64_t i = 0; i < 4; ++i)
      c.l.fetch(c.at(rows, i * c.lanes));
  });
}

void LonePass::forward(Value isFactor, Value fromSource) {
  h.when(fromSource, [&] { loadFromSource(); }, [&] { load(); });
  c.transform(Slot::ForwardA, copySequence(), spectrumSequence(), c.index(0), row.count);
  split(isFactor);
}

void LonePass::back() {
  fetchNext();
  join();
  c.transform(Slot::InverseA, spectrumSequence(), copySequence(), c.index(0), row.count);
  forChannels([&](Index number, Index lane) {
    auto add = [&](SpectralRow row, Value start) { addMoments(c, row, number, c.at(start, lane), two(), c.index(1)); };
    add(row, copy());
    h.when(hasNext, [&] { add(next, c.at(copy(), c.lanes)); });
  });
  store();
}

void flex::fillLoneRows(SpectralCode &c, SpectralRow row, SpectralRow next, Value hasNext) {
  Index padded = c[Slot::PaddedSamples], channel = c[Slot::Size0] * c[Slot::Size1] * padded;
  Index pitch = c[Slot::DataStrideA] * padded;
  c.h.loop(c.index(0), row.channels, 1, [&](Value value) {
    Index number(c.h, value);
    auto fill = [&](SpectralRow row) {
      row.channel = row.channel + number;
      loadFromSource(c, row, c.at(row.memory, number * channel), pitch, c.index(1), /*next=*/2);
    };
    fill(row);
    c.h.when(hasNext, [&] { fill(next); });
  });
}

void flex::emitLoneRows(SpectralCode &c, SpectralRow row, SpectralRow next, Value hasNext, Value isFactor,
                        Value fromSource) {
  LonePass(c, row, next, hasNext).forward(isFactor, fromSource);
}

void flex::emitLoneRowsBack(SpectralCode &c, SpectralRow row, SpectralRow next, Value hasNext) {
  LonePass(c, row, next, hasNext).back();
}
