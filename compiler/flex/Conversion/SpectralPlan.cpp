// `plan(context)`: from what the call says to transforms, pitches and places in memory. It runs where the workspace's
// size is asked for, and again where the correlation starts, so both see the same.
//
// Pitches are odd numbers of vectors: transforms walk memory at such a pitch, and at a multiple of a page every step
// would meet the same lines of the cache.
#include "flex/Conversion/Codelets.h"
#include "flex/Conversion/SpectralCode.h"
#include "flex/Conversion/SpectralTiles.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

/// Complex vectors of a slice of samples: the blocks of a column should stay in the near cache.
static constexpr int64_t kSliceGroups = 2;

namespace {

class Plan {
public:
  explicit Plan(SpectralCode &c) : c(c), h(c.h) {}
  void emit();

private:
  void imagePoints();
  void chooseLengths(Index needA, Index needB);
  Value codelet(int64_t length, bool inverse);
  void memory();

  Index get(Slot slot) { return c[slot]; }
  void set(Slot slot, Value value) { c.set(slot, value); }
  /// The next place of `bytes`, counted from `top`.
  void put(Slot slot, Index bytes);
  Index bytes(Index elements) { return roundUp(elements * c.elementBytes, FLEXRT_ALIGNMENT); }

  SpectralCode &c;
  HostBuilder &h;
  std::optional<Index> top;
};

} // namespace

Value Plan::codelet(int64_t length, bool inverse) {
  CodeletKey key{length, inverse, std::nullopt, c.l.element, c.lanes};
  return h.address(getCodelet(h, key).getSymName());
}

/// The shortest transforms of at least `needA` and `needB` points; 0 where the menu ends.
void Plan::chooseLengths(Index needA, Index needB) {
  auto choose = [&](Index need, Slot length, ArrayRef<std::pair<Slot, bool>> codelets) {
    Index chosen = c.index(0);
    SmallVector<Value> addresses(codelets.size(), h.null());
    for (int64_t candidate : llvm::reverse(codeletLengths())) {
      Value enough = need < candidate + 1;
      chosen = c.index(candidate).when(enough, chosen);
      for (auto [address, codelet] : llvm::zip(addresses, codelets))
        address = h.b.create<arith::SelectOp>(h.loc, enough, this->codelet(candidate, codelet.second), address);
    }
    set(length, chosen);
    for (auto [address, codelet] : llvm::zip(addresses, codelets))
      set(codelet.first, address);
  };
  choose(needA, Slot::LengthA,
         {{Slot::ForwardA, false}, {Slot::InverseA, true}, {Slot::TapForwardA, false}, {Slot::TapInverseA, true}});
  choose(needB, Slot::LengthB,
         {{Slot::ForwardB, false}, {Slot::InverseB, true}, {Slot::TapForwardB, false}, {Slot::TapInverseB, true}});
}

/// Outputs wrap round into the points between the data's end and the transform's, so the larger reach is enough.
void Plan::imagePoints() {
  Index rows = get(Slot::Size0), columns = get(Slot::Size1), tapRows = get(Slot::Taps0), tapColumns = get(Slot::Taps1);
  Index originA = tapColumns / 2, originB = tapRows / 2, one = c.index(1);
  chooseLengths(columns + originA, rows + originB);
  set(Slot::MirrorShift, c.index(0));
  set(Slot::DataStrideA, one);
  set(Slot::DataStrideO, columns);
  set(Slot::DataKept, columns);
  set(Slot::DataEnd, rows + columns);
  set(Slot::DataStep, one);
  set(Slot::DataOuter, rows);
  set(Slot::TapStrideA, one);
  set(Slot::TapStrideO, tapColumns);
  set(Slot::TapKept, tapColumns);
  set(Slot::TapEnd, tapRows + tapColumns);
  set(Slot::TapStep, one);
  set(Slot::TapOuter, tapRows);
  set(Slot::TapOriginA, originA);
  set(Slot::TapOriginB, originB);
  set(Slot::TapCount, tapRows * tapColumns);
  set(Slot::StageBase, c.index(0));
}

void Plan::put(Slot slot, Index bytes) {
  set(slot, *top);
  top = *top + bytes;
}

void Plan::memory() {
  Index lanes = c.index(c.lanes), one = c.index(1), lengthA = get(Slot::LengthA), lengthB = get(Slot::LengthB);
  Index in = get(Slot::In), out = get(Slot::Out), wider = max(in, out), outer = get(Slot::DataOuter);
  Index groups = min(ceilDiv(get(Slot::PaddedSamples), lanes * 2), c.index(kSliceGroups));
  Index slice = groups * lanes * 2, rowPitch = outer * slice + lanes, channelPitch = lengthA * rowPitch;
  set(Slot::Groups, groups);
  set(Slot::Slice, slice);
  set(Slot::RowPitch, rowPitch);
  set(Slot::ChannelPitch, channelPitch);
  set(Slot::Columns, lengthA / 2 + 1);

  Index pairs = ceilDiv(in * out, lanes), tapRows = get(Slot::TapOuter);
  Index inPitch = in * slice + lanes, outPitch = out * slice + lanes;
  Index blockVectors = ceilDiv(max(get(Slot::BlockOut) * in, get(Slot::BlockIn) * out), lanes);
  Index weightPitch = blockVectors * lanes * 2 + lanes, tapRowPitch = pairs * tapRows * lanes * 2 + lanes;
  SpectralTiles tiles(h, c.l.element, c.lanes, /*registers=*/16);
  Index turnedPitch = groups * lanes * Index(h, tiles.turnedElements(in)) + lanes;
  set(Slot::InPitch, inPitch);
  set(Slot::OutPitch, outPitch);
  set(Slot::BlockVectors, blockVectors);
  set(Slot::WeightPitch, weightPitch);
  set(Slot::TapRowPitch, tapRowPitch);
  set(Slot::PairVectors, pairs);
  set(Slot::TurnedPitch, turnedPitch);

  // Only the gradients need y's and the taps'; a slot without memory is not used.
  Value backward = c.isSet(Slot::Backward);
  auto ifBackward = [&](Index bytes) { return bytes.when(backward, c.index(0)); };
  Index half = lengthA / 2 + 1, longest = max(lengthA, lengthB), taps = bytes(half * tapRowPitch);
  top = c.index(0);
  put(Slot::BlockXAt, bytes(lengthB * inPitch));
  put(Slot::BlockYAt, bytes(lengthB * outPitch));
  put(Slot::TurnedAt, ifBackward(bytes(lengthB * turnedPitch)));
  put(Slot::WeightAt, bytes(lengthB * weightPitch));
  Index staged = roundUp(get(Slot::TapCount), c.lanes) + get(Slot::TapStrideO) + c.lanes;
  put(Slot::StageAt, bytes(staged * lanes));
  put(Slot::RowStageAt, bytes(get(Slot::DataKept) * lanes * 2));
  put(Slot::SpectrumAt, bytes(longest * lanes * 2));
  set(Slot::WorkerBytes, *top);
  Index workers(h, h.call("flexrt_workers", {}, h.i64())[0]), workerBytes = *top;
  top = c.index(0);
  put(Slot::InputAt, bytes(in.when(backward, wider) * channelPitch));
  put(Slot::GradientAt, ifBackward(bytes(wider * channelPitch)));
  put(Slot::TapsAt, taps);
  put(Slot::TapGradientAt, ifBackward(taps));
  put(Slot::WorkersAt, workers * workerBytes);
  Value possible = h.b.create<arith::AndIOp>(h.loc, c.isSet(Slot::LengthA), c.isSet(Slot::LengthB));
  set(Slot::Bytes, top->when(possible, c.index(0)));
}

void Plan::emit() {
  imagePoints();
  set(Slot::Twiddles, h.null());
  set(Slot::InverseTwiddles, h.null());
  memory();
}

void flex::emitSpectralPlan(SpectralCode &c) {
  if (!c.open("plan", /*chunked=*/false))
    return;
  Plan(c).emit();
  c.close();
}
