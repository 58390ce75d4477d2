// `sums_plan(context)` and `taps_plan(context)`: from what the call says to units, pitches and places in memory. They run
// where the workspace's size is asked for, and again where the correlation starts, so both see the same.
#include "flex/Conversion/DirectCode.h"
#include "flexrt/abi/flexrt.h"

using namespace mlir;
using namespace flex;
using Slot = DirectSlot;

/// What panels should take: a part of a core's second cache.
static constexpr int64_t kPanelBytes = 384 << 10;
/// Units that there should be, for threads to share. What lies beside a unit is packed again for it, so no more than two for a
/// worker, where no bit depends on them.
static constexpr int64_t kUnits = 16, kUnitsPerWorker = 2;
/// Chunks of the taps' gradient, at most, and the vectors that each should sum: a chunk has sums of its own, which are
/// added up in the end.
static constexpr int64_t kChunks = 32, kChunkVectors = 512;

namespace {

class Plan {
public:
  explicit Plan(DirectCode &c) : c(c), h(c.h) {}
  void sums();
  void taps();

private:
  /// Cuts the result into units so that the panels of so many channels fit, if possible into as many as `wanted`.
  void units(Index channels, Index wanted);
  void pitches();
  Index get(Slot slot) { return c[slot]; }
  void set(Slot slot, Value value) { c.set(slot, value); }
  /// The next place of `elements`, counted from `top`.
  void put(Slot slot, Index elements) {
    set(slot, *top);
    top = *top + roundUp(elements * c.elementBytes, FLEXRT_ALIGNMENT);
  }
  /// Whole vectors, an odd number: steps of a power of two would meet the same lines of the cache.
  Index odd(Index elements) {
    Index vectors = ceilDiv(elements, c.index(c.lanes));
    return (vectors + 1 - vectors % 2) * c.lanes;
  }
  void closeWorkers() { set(Slot::WorkerBytes, *top); }
  void placeWorkers();
  Index workers() { return {h, h.call("flexrt_workers", {}, h.i64())[0]}; }

  DirectCode &c;
  HostBuilder &h;
  std::optional<Index> top;
};

} // namespace

/// Blocks of `whole` of about `wanted`, all as large as they can be the same.
static Index balanced(Index whole, Index wanted) { return ceilDiv(whole, ceilDiv(whole, wanted)); }

void Plan::units(Index channels, Index wanted) {
  Index one = c.index(1), lanes = c.index(c.lanes), samples = max(get(Slot::Samples), one);
  Index width = min(samples, lanes), slices = ceilDiv(samples, lanes);
  Index size0 = get(Slot::Size0), size1 = get(Slot::Size1), points = size0 * size1;
  Index halo0 = get(Slot::Taps0) - 1, halo1 = get(Slot::Taps1) - 1;
  Index budget = c.index(kPanelBytes / c.elementBytes), row = channels * width;

  // Columns: as many as fit, a tile's worth or what the taps reach at least, and fewer where rows alone make too few units.
  Index tile = ceilDiv(lanes * c.wideTile().vectors, width), least = max(tile, halo1);
  Index fit = budget / (row * min(get(Slot::Taps0), size0)) - halo1;
  Index shared = ceilDiv(points * slices, wanted);
  Index columns = balanced(size1, min(size1, max(least, min(fit, shared))));
  Index columnBlocks = ceilDiv(size1, columns);
  Index fitRows = budget / (row * (columns + halo1)) - halo0;
  Index sharedRows = ceilDiv(size0 * columnBlocks * slices, wanted);
  Index rows = balanced(size0, min(size0, max(one, min(fitRows, sharedRows))));
  Index rowBlocks = ceilDiv(size0, rows);
  set(Slot::Slices, slices);
  set(Slot::Width, width);
  set(Slot::Columns, columns);
  set(Slot::ColumnBlocks, columnBlocks);
  set(Slot::Rows, rows);
  set(Slot::RowBlocks, rowBlocks);
  set(Slot::Units, rowBlocks * columnBlocks * slices);
}

void Plan::pitches() {
  Index lanes = c.index(c.lanes), width = get(Slot::Width), halo1 = get(Slot::Taps1) - 1;
  Index row = roundUp(get(Slot::Columns) * width, c.lanes) + lanes; // packing may write a vector further
  Index rowPitch = odd(row + halo1 * width);
  set(Slot::RowPitch, rowPitch);
  set(Slot::ChannelPitch, odd(min(get(Slot::Rows) + get(Slot::Taps0) - 1, get(Slot::Size0)) * rowPitch));
  set(Slot::ToPitch, odd(get(Slot::Rows) * rowPitch));
  set(Slot::ResultPitch, row);
}

void Plan::placeWorkers() {
  set(Slot::WorkersAt, *top);
  top = *top + workers() * get(Slot::WorkerBytes);
  set(Slot::Bytes, *top);
}

void Plan::sums() {
  units(get(Slot::FromChannels), min(workers() * kUnitsPerWorker, c.index(kUnits)));
  pitches();
  top = c.index(0);
  put(Slot::PanelAt, get(Slot::FromChannels) * get(Slot::ChannelPitch));
  DirectCode::Tile wide = c.wideTile(), tall = c.tallTile();
  Index fills = ceilDiv(get(Slot::Columns) * get(Slot::Width), c.index(c.lanes)) / wide.vectors;
  set(Slot::TileChannels, c.index(tall.channels).when(fills.equals(0), c.index(wide.channels)));
  put(Slot::ResultAt, get(Slot::ResultPitch) * get(Slot::TileChannels));
  closeWorkers();
  top = c.index(0);
  put(Slot::WeightsAt, c.weightBlocks() * c.weightPitch());
  placeWorkers();
}

void Plan::taps() {
  Index from = get(Slot::FromChannels), to = get(Slot::ToChannels);
  units(from + to, c.index(kUnits));
  pitches();
  Index vectors = get(Slot::Slices) * get(Slot::Size0) * get(Slot::Size1);
  Index chunks = max(c.index(1), min(vectors / kChunkVectors, c.index(kChunks)));
  chunks = min(chunks, get(Slot::Units));
  set(Slot::Chunks, chunks);
  top = c.index(0);
  put(Slot::PanelAt, from * get(Slot::ChannelPitch));
  put(Slot::ToPanelAt, to * get(Slot::ToPitch));
  put(Slot::SumsAt, c.allTaps() * c.lanes);
  closeWorkers();
  top = c.index(0);
  put(Slot::PartialsAt, chunks * c.allTaps());
  placeWorkers();
}

void flex::emitDirectPlans(DirectCode &c) {
  if (c.open("sums_plan", /*chunked=*/false)) {
    Plan(c).sums();
    c.close();
  }
  if (c.open("taps_plan", /*chunked=*/false)) {
    Plan(c).taps();
    c.close();
  }
}
