// `image_plan(context)` and `signal_plan(context)`: from what the call says to transforms, pitches and places in memory. They run where the
// workspace's size is asked for, and again where the correlation starts, so both see the same.
//
// Pitches are odd numbers of vectors: transforms walk memory at such a pitch, and at a multiple of a page every step
// would meet the same lines of the cache.
#include "flex/Conversion/Codelets.h"
#include "flex/Conversion/LongTransforms.h"
#include "flex/Conversion/Moments.h"
#include "flex/Conversion/SpectralCode.h"
#include "flex/Conversion/SpectralTiles.h"
#include "flexrt/abi/flexrt.h"

#include "llvm/Support/MathExtras.h"

#include <array>
#include <limits>

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

/// Complex vectors of a slice of samples: the blocks of a column should stay in the near cache.
static constexpr int64_t kSliceGroups = 2;
/// Bytes of the taps' T up to which it goes through the caches.
static constexpr int64_t kCachedTaps = 2 << 20;
/// Chunks that the frequencies make, if each has sums of its own for the gradient of a mixture's matrix.
static constexpr int64_t kMixtureChunks = 64;
/// And that vectors of pairs make, if each has a gradient of the signals of its own.
static constexpr int64_t kSignalChunks = 16;
/// A transform may have up to kKeptPoints / kKeptShare times the data's points for x's spectra to be kept.
static constexpr int64_t kKeptPoints = 21, kKeptShare = 10;

namespace {

class Plan {
public:
  explicit Plan(SpectralCode &c) : c(c), h(c.h) {}
  void emit(bool causal);

private:
  void imagePoints();
  void signalPoints();
  void chooseImageLengths(Index needA, Index needB);
  void chooseTiles(Index size, Index taps);
  /// How samples are cut into slices. Returns the elements of one frequency of x in a slice of a lone vector.
  Index slices();
  /// Which rows of taps are transformed, and how frequencies are cut into chunks for their gradient.
  void signals();
  void pitches();
  /// Places in a worker's memory, places in the workspace, and the bytes that the forward direction keeps for the gradients.
  void workerMemory();
  void sharedMemory();
  void kept(Index loneFrame);

  Index get(Slot slot) { return c[slot]; }
  void set(Slot slot, Value value) { c.set(slot, value); }
  /// The next place of `bytes`, counted from `top`.
  void put(Slot slot, Index bytes);
  Index bytes(Index elements) { return roundUp(elements * c.elementBytes, FLEXRT_ALIGNMENT); }
  /// `bytes` if the slot is set. Without memory, a place is not used.
  Index ifSet(Slot slot, Index bytes) { return bytes.when(c.isSet(slot), c.index(0)); }
  Index ifForward(Index bytes) { return c.index(0).when(c.isSet(Slot::Backward), bytes); }
  Index ifBackward(Index bytes) { return ifSet(Slot::Backward, bytes); }

  /// Vectors of samples, and how many complex ones they are; one may be left.
  Index vectors() { return get(Slot::PaddedSamples) / c.lanes; }
  Index paired() { return vectors() / 2; }
  /// Frequencies along axis A that are not another one's conjugate.
  Index half() { return get(Slot::LengthA) / 2 + 1; }
  /// Bytes of T.
  Index transformed() { return bytes(get(Slot::LengthA).when(paired().isPositive(), half()) * get(Slot::RowPitch)); }

  SpectralCode &c;
  HostBuilder &h;
  std::optional<Index> top;
};

} // namespace

//===- Lengths -----------------------------------------------------------------------------------------------------===//

namespace {
/// Where the choice for one axis goes.
struct AxisSlots {
  Slot length, forward, inverse, tapForward, tapInverse;
};
constexpr AxisSlots kAxisA{Slot::LengthA, Slot::ForwardA, Slot::InverseA, Slot::TapForwardA, Slot::TapInverseA};
constexpr AxisSlots kAxisB{Slot::LengthB, Slot::ForwardB, Slot::InverseB, Slot::TapForwardB, Slot::TapInverseB};

/// The points of a sequence that are not known to be zero.
struct Points {
  Index count;
  bool centred = false; ///< or the first ones
};

/// The length of one axis and its codelets, chosen at run time: of the lengths that are enough, the last preferred.
class AxisChoice {
public:
  AxisChoice(SpectralCode &c, AxisSlots slots, bool causal)
      : c(c), slots(slots), causal(causal), twiddled(causal && slots.length == Slot::LengthB), length(c.index(0)),
        codelets(4, c.h.null()) {}

  void prefer(int64_t candidate, Value enough, Points data, Points taps) {
    length = c.index(candidate).when(enough, length);
    for (bool isTaps : {false, true})
      for (bool inverse : {false, true}) {
        Value &chosen = codelets[2 * isTaps + inverse];
        chosen = select(enough, codelet(candidate, inverse, isTaps ? taps : data), chosen);
      }
  }
  void commit() {
    c.set(slots.length, length);
    for (auto [slot, codelet] :
         llvm::zip(std::array{slots.forward, slots.inverse, slots.tapForward, slots.tapInverse}, codelets))
      c.set(slot, codelet);
  }

private:
  /// A codelet is shorter the more it knows of the points: a signal's rows are about half zeros, as the other half of
  /// the transform is for the taps, and its columns are full; images fill two thirds where the taps are as many. Images
  /// of over 96 points are rare, and codelets of their lengths slow to compile: one form serves all.
  Value codelet(int64_t candidate, bool inverse, Points points) {
    CodeletKey key{candidate, inverse, std::nullopt, c.l.element, c.lanes, twiddled};
    if (auto steps = longLength(candidate); causal && steps)
      return c.h.address(getLongTransform(c.h, *steps, inverse, c.l.element, c.lanes).getSymName());
    if (points.centred)
      return address(key);
    int64_t few = twiddled ? candidate : causal ? candidate / 2 : candidate * 2 / 3;
    CodeletKey small = key, any = key;
    small.kept = few, any.kept = candidate;
    small.counted = !twiddled, any.counted = true;
    if (!causal && candidate > 96)
      return address(any);
    Value isSmall = twiddled ? points.count.equals(candidate) : points.count < few + 1;
    return select(isSmall, address(small), address(any));
  }
  Value address(const CodeletKey &key) { return c.h.address(getCodelet(c.h, key).getSymName()); }
  Value select(Value condition, Value then, Value otherwise) {
    return c.h.b.create<arith::SelectOp>(c.h.loc, condition, then, otherwise);
  }

  SpectralCode &c;
  AxisSlots slots;
  bool causal, twiddled;
  Index length;
  SmallVector<Value> codelets;
};
} // namespace

/// Lengths worth having: a factor of 7, or an odd length, costs more than the points that it saves.
static SmallVector<int64_t> lengths() {
  return llvm::to_vector(llvm::make_filter_range(
      codeletLengths(), [](int64_t length) { return length % 7 != 0 && length % 2 == 0; }));
}

/// The shortest transforms of at least `needA` and `needB` points; 0 where the menu ends.
void Plan::chooseImageLengths(Index needA, Index needB) {
  AxisChoice a(c, kAxisA, /*causal=*/false), b(c, kAxisB, /*causal=*/false);
  SmallVector<int64_t> candidates = lengths();
  for (int64_t length : llvm::reverse(candidates)) {
    a.prefer(length, needA < length + 1, {get(Slot::Size1)}, {get(Slot::Taps1), /*centred=*/true});
    b.prefer(length, needB < length + 1, {get(Slot::Size0)}, {get(Slot::Taps0), /*centred=*/true});
  }
  a.commit();
  b.commit();
}

/// Pairs of lengths for signals, by rising product, each at least a fiftieth longer than the one before. Axis A is as long as
/// is needed, in two steps if need be, since a column's blocks hold all of axis B, which is even.
static SmallVector<std::pair<int64_t, int64_t>> lengthPairs() {
  constexpr int64_t lengths[] = {4, 8, 12, 16, 20, 24, 32, 36, 40, 48, 64, 80, 96};
  constexpr int64_t longestColumn = 48;
  SmallVector<std::pair<int64_t, int64_t>> pairs, chosen;
  for (int64_t b : lengths) {
    if (b > longestColumn)
      break;
    for (int64_t a : lengths)
      if (b <= a && a <= 2 * b)
        pairs.push_back({a, b});
    for (LongLength a : longLengths())
      if (b >= 32)
        pairs.push_back({a.points(), b});
  }
  auto points = [](auto pair) { return pair.first * pair.second; };
  llvm::stable_sort(pairs, [&](auto x, auto y) { return points(x) < points(y); });
  for (auto pair : llvm::reverse(pairs))
    if (chosen.empty() || points(pair) * 51 <= points(chosen.back()) * 50)
      chosen.push_back(pair);
  std::reverse(chosen.begin(), chosen.end());
  return chosen;
}

/// Vector operations that a transform of so many points and channels takes, in tenths, and its products.
static Index signalCost(SpectralCode &c, int64_t points, Index tiles) {
  constexpr int64_t kTransform = 10, kProduct = 33;
  Index in = c[Slot::In], out = c[Slot::Out], vectors = c[Slot::PaddedSamples] / c.lanes;
  int64_t transform = points * (2 * llvm::Log2_64_Ceil(points) + 16) * kTransform;
  Index data = (in + out) * transform + in * out * (points * kProduct);
  return tiles * vectors * data + ceilDiv(in * out, c.index(c.lanes)) * transform;
}

/// A signal is transformed as a whole, or in tiles: each needs as many further points as there are taps before the present,
/// rounded to whole places of axis A. Of all pairs of lengths the cheapest; 0 where none is long enough.
void Plan::chooseTiles(Index size, Index taps) {
  AxisChoice a(c, kAxisA, /*causal=*/true), b(c, kAxisB, /*causal=*/true);
  Index best = c.index(std::numeric_limits<int64_t>::max()), zero = c.index(0), one = c.index(1);
  Index chosenTiles = one, chosenTile = size, chosenShift = zero;
  auto either = [&](Value x, Value y) { return h.b.create<arith::OrIOp>(h.loc, x, y); };
  for (auto [lengthA, lengthB] : lengthPairs()) {
    int64_t points = lengthA * lengthB;
    Index reach = roundUp(taps - 1, lengthB);
    Value isWhole = size + taps < points + 2;
    Index tile = size.when(isWhole, c.index(points) - reach), shift = zero.when(isWhole, reach);
    Index tiles = ceilDiv(size, max(tile, one)), cost = signalCost(c, points, tiles);
    Value better = h.b.create<arith::AndIOp>(h.loc, either(isWhole, tile.isPositive()), cost < best);
    Index rows = c.index(lengthB);
    a.prefer(lengthA, better, {ceilDiv(size, rows).when(isWhole, c.index(lengthA))}, {ceilDiv(taps, rows)});
    b.prefer(lengthB, better, {min(size, rows)}, {min(taps, rows)});
    best = cost.when(better, best);
    chosenTiles = tiles.when(better, chosenTiles);
    chosenTile = tile.when(better, chosenTile);
    chosenShift = shift.when(better, chosenShift);
  }
  a.commit();
  b.commit();
  set(Slot::Tiles, chosenTiles);
  set(Slot::Tile, chosenTile);
  set(Slot::Shift, chosenShift);
}

/// Point t is a LengthB + o. Nothing that is kept may wrap round.
void Plan::signalPoints() {
  Index size = get(Slot::Size0), taps = get(Slot::Taps0), one = c.index(1), zero = c.index(0);
  chooseTiles(size, taps);
  Index a = get(Slot::LengthA), b = get(Slot::LengthB);
  set(Slot::MirrorShift, one);
  set(Slot::DataStrideA, b);
  set(Slot::DataStrideO, one);
  set(Slot::DataKept, a);
  set(Slot::DataStep, max(b, one));
  set(Slot::DataOuter, min(b, size));
  set(Slot::TapStrideA, b);
  set(Slot::TapStrideO, one);
  set(Slot::TapKept, a);
  set(Slot::TapEnd, taps + b - 1);
  set(Slot::TapStep, max(b, one));
  set(Slot::TapOuter, min(b, taps));
  set(Slot::TapOriginA, zero);
  set(Slot::TapOriginB, zero);
  set(Slot::TapCount, taps);
  set(Slot::StageBase, roundUp(taps, c.lanes) - taps);
}

/// Outputs wrap round into the points between the data's end and the transform's, so the larger reach is enough; but
/// every tap, those that meet no data as well, has a point of its own, where its gradient comes out.
void Plan::imagePoints() {
  Index rows = get(Slot::Size0), columns = get(Slot::Size1), tapRows = get(Slot::Taps0), tapColumns = get(Slot::Taps1);
  Index originA = tapColumns / 2, originB = tapRows / 2, one = c.index(1);
  chooseImageLengths(max(columns + originA, tapColumns), max(rows + originB, tapRows));
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
  set(Slot::Tiles, one);
}

void Plan::put(Slot slot, Index bytes) {
  set(slot, *top);
  top = *top + bytes;
}

void Plan::signals() {
  Index hidden = get(Slot::Hidden), one = c.index(1), none = c.index(-1);
  Index pairs = get(Slot::In) * get(Slot::Out);
  Value isMixture = hidden.isPositive();
  Value inBlocks = h.b.create<arith::AndIOp>(h.loc, isMixture, c.isSet(Slot::Backward));
  Index workers(h, h.call("flexrt_workers", {}, h.i64())[0]);
  Index signals = (hidden + 1).when(isMixture, pairs), vectors = ceilDiv(signals, c.index(c.lanes));
  set(Slot::Columns, half());
  set(Slot::Signals, signals);
  set(Slot::SignalVectors, vectors);
  set(Slot::ScaleRow, hidden.when(isMixture, none));
  set(Slot::SignalPitch, vectors * c.lanes * 2 + c.lanes);
  set(Slot::ColumnBlock, ceilDiv(half(), c.index(kMixtureChunks)).when(inBlocks, one));
  set(Slot::ColumnStep, one.when(inBlocks, workers));
  set(Slot::TapBlock, ceilDiv(vectors, c.index(kSignalChunks)).when(c.isSet(Slot::TapsOf), one));
  set(Slot::Workers, workers);
}

Index Plan::slices() {
  Index one = c.index(1), groups = min(max(paired(), one), c.index(kSliceGroups));
  c.setSlice(one, /*isLone=*/h.b.create<arith::ConstantIntOp>(h.loc, 1, 1));
  Index loneFrame = get(Slot::KeptFrame);
  set(Slot::LoneFold, get(Slot::Fold));
  c.setSlice(groups, /*isLone=*/paired().equals(0));
  set(Slot::Groups, groups);
  set(Slot::Slices, (ceilDiv(paired(), groups) + vectors() % 2) * get(Slot::Tiles));
  return loneFrame;
}

void Plan::pitches() {
  Index pairs = ceilDiv(get(Slot::In) * get(Slot::Out), c.index(c.lanes)), one = c.index(1), zero = c.index(0);
  Index tapRowPitch = get(Slot::SignalVectors) * get(Slot::TapOuter) * c.lanes * 2 + c.lanes;
  set(Slot::PairVectors, pairs);
  set(Slot::WeightPitch, pairs * c.lanes * 2 + c.lanes);
  set(Slot::TapRowPitch, tapRowPitch);
  set(Slot::Far, one.when(get(Slot::NearBytes) < transformed(), zero));
  set(Slot::ManyTaps, one.when(c.index(kCachedTaps) < bytes(half() * tapRowPitch), zero));
}

void Plan::workerMemory() {
  Index lengthA = get(Slot::LengthA), lengthB = get(Slot::LengthB), in = get(Slot::In), groups = get(Slot::Groups);
  Index slice = get(Slot::Slice), y = lengthB * get(Slot::OutPitch);
  SpectralTiles tiles(h, c.l.element, c.lanes, c.registers());
  top = c.index(0);
  put(Slot::BlocksAt, bytes(max(get(Slot::BlockOffset) + lengthB * get(Slot::InPitch), y)));
  put(Slot::FurtherBlockAt, ifBackward(bytes(lengthB * get(Slot::InPitch))));
  put(Slot::TurnedAt, ifBackward(bytes(groups * c.lanes * Index(h, tiles.turnedElements(in)))));
  Index staged = roundUp(get(Slot::TapCount), c.lanes) + get(Slot::TapStrideO) + c.lanes;
  put(Slot::StageAt, bytes(staged * c.lanes));
  put(Slot::RowStageAt, bytes(get(Slot::DataKept) * slice));
  put(Slot::SpectrumAt, bytes(max(lengthA, lengthB) * slice));
  // One for each channel of a vector.
  Index momentSums = min(get(Slot::LoneFold), get(Slot::Out)).when((vectors() % 2).equals(1), c.index(1));
  put(Slot::RowMomentsAt, ifForward(bytes(momentSums * MomentsEmitter(h, c.l.element, c.lanes).sumElements())));
  put(Slot::SignalsAt, ifSet(Slot::Hidden, bytes(lengthB * get(Slot::SignalPitch))));
  for (Slot table : {Slot::TwiddlesAt, Slot::InverseTwiddlesAt, Slot::MirroredTwiddlesAt,
                     Slot::MirroredInverseTwiddlesAt})
    put(table, bytes(lengthB * 2));
  put(Slot::FactorsAt, ifSet(Slot::TapsOf, bytes((get(Slot::TapsOf) + 1) * c.lanes)));
  put(Slot::TapRowsAt, ifSet(Slot::TapsOf, ifBackward(bytes(mixedTapRow(c) * c.lanes))));
  set(Slot::WorkerBytes, *top);
}

void Plan::sharedMemory() {
  Index in = get(Slot::In), out = get(Slot::Out), slices = get(Slot::Slices), workers = get(Slot::Workers);
  Index signalVectors = get(Slot::SignalVectors), taps = bytes(half() * get(Slot::TapRowPitch));
  top = c.index(0);
  put(Slot::InputAt, transformed());
  put(Slot::GradientAt, ifBackward(transformed()));
  put(Slot::TapsAt, taps);
  put(Slot::TapGradientAt, ifBackward(taps));
  // One slice needs the taps' spectra while it is at their frequency; further slices meet all of them again.
  Index frame = bytes(get(Slot::LengthB) * get(Slot::WeightPitch)), frames = half().when(c.index(1) < slices, workers);
  set(Slot::FrameBytes, frame);
  put(Slot::WeightsAt, frames * frame);
  put(Slot::SumsAt, ifBackward(frames * frame));
  Index parts = slices * out * ceilDiv(get(Slot::DataOuter), c.index(kRowBlock));
  put(Slot::MomentsAt, ifForward(bytes(parts * MomentsEmitter::kPartElements)));
  Index matrix = get(Slot::Signals) * get(Slot::PairVectors) * c.lanes, chunks = ceilDiv(half(), get(Slot::ColumnBlock));
  put(Slot::MatrixAt, ifSet(Slot::Hidden, bytes(matrix)));
  put(Slot::TurnedMatrixAt, ifSet(Slot::Hidden, ifBackward(bytes(in * out * signalVectors * c.lanes))));
  put(Slot::MatrixSumsAt, ifSet(Slot::Hidden, ifBackward(bytes(chunks * matrix))));
  Index tapChunks = ceilDiv(signalVectors, get(Slot::TapBlock)), tapRows = (get(Slot::TapsOf) + 1) * mixedTapRow(c);
  put(Slot::TapPartsAt, ifSet(Slot::TapsOf, ifBackward(bytes(tapChunks * tapRows))));
  put(Slot::WorkersAt, workers * get(Slot::WorkerBytes));
  Value possible = h.b.create<arith::AndIOp>(h.loc, c.isSet(Slot::LengthA), c.isSet(Slot::LengthB));
  set(Slot::Bytes, top->when(possible, c.index(0)));
}

/// Tiles of y read other points of x than those of the gradients. And where a transform has more than twice the data's points,
/// writing them all costs what transforming x again does.
void Plan::kept(Index loneFrame) {
  Index lengthA = get(Slot::LengthA), lengthB = get(Slot::LengthB), in = get(Slot::In), groups = get(Slot::Groups);
  Index rest = paired() % groups, zero = c.index(0);
  auto frameOf = [&](Index count) { return lengthB * c.blockPitch(count, in); };
  Index kept = lengthA * (paired() / groups) * frameOf(groups) +
               (lengthA * frameOf(rest)).when(rest.isPositive(), zero) + half() * (vectors() % 2) * loneFrame;
  Value isShort = lengthA * lengthB * kKeptShare < get(Slot::Size0) * get(Slot::Size1) * kKeptPoints + 1;
  Value isWhole = h.b.create<arith::AndIOp>(h.loc, c.isSet(Slot::Bytes), get(Slot::Tiles).equals(1));
  set(Slot::KeptBytes, bytes(kept).when(h.b.create<arith::AndIOp>(h.loc, isWhole, isShort), zero));
}

void Plan::emit(bool causal) {
  causal ? signalPoints() : imagePoints();
  Index loneFrame = slices();
  signals();
  pitches();
  workerMemory();
  sharedMemory();
  kept(loneFrame);
}

StringRef flex::spectralPlanName(bool causal) { return causal ? "signal_plan" : "image_plan"; }

void flex::emitSpectralPlan(SpectralCode &c, bool causal) {
  if (!c.open(spectralPlanName(causal), /*chunked=*/false))
    return;
  Plan(c).emit(causal);
  c.close();
}
