// The passes of the data along axis A: a row of memory becomes a row of T, and back. Vectors that reach beyond the batch
// go through a small copy on the way, as what lies in their other lanes is not to be read, nor written.
#include "flex/Conversion/SpectralCode.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

namespace {

/// Row o of one channel, in memory and in T.
struct Row {
  Value memory, transformed;
  Index count;
};

Row rowAt(SpectralCode &c, Value memory, Value transformed, Index channel, Index o) {
  Index points = c[Slot::Size0] * c[Slot::Size1], np = c[Slot::PaddedSamples];
  Index first = (channel * points + o * c[Slot::DataStrideO]) * np + c[Slot::FirstSample];
  Index there = channel * c[Slot::ChannelPitch] + o * c[Slot::Slice];
  return {c.at(memory, first), c.at(transformed, there),
          min(c[Slot::DataKept], (c[Slot::DataEnd] - o) / c[Slot::DataStep])};
}

/// Walks the complex vectors of a row. `direct` gets memory as it is; `copied` the copy, around which `before` and
/// `after` move the points.
class RowPass {
public:
  RowPass(SpectralCode &c, Row row) : c(c), h(c.h), row(row) {}

  using Move = llvm::function_ref<void(Value copy, Value memory, Value mask)>;
  void run(llvm::function_ref<void(SpectralCode::Sequence memory, SpectralCode::Sequence transformed)> transform,
           Move before, Move after);

private:
  /// Calls `move` for every vector of the row's points and its place in the copy.
  void copy(Value copy, Value memory, Index first, Move move);

  SpectralCode &c;
  HostBuilder &h;
  Row row;
};

} // namespace

void RowPass::copy(Value copy, Value memory, Index first, Move move) {
  if (!move)
    return;
  Index stride = c[Slot::DataStrideA] * c[Slot::PaddedSamples];
  Value real = c.validLanes(first), imaginary = c.validLanes(first + c.lanes);
  h.loop(c.index(0), row.count, 1, [&](Value a) {
    Value from = c.at(memory, Index(h, a) * stride), to = c.at(copy, Index(h, a) * (2 * c.lanes));
    move(to, from, real);
    move(c.at(to, c.lanes), c.at(from, c.lanes), imaginary);
  });
}

void RowPass::run(llvm::function_ref<void(SpectralCode::Sequence, SpectralCode::Sequence)> transform, Move before,
                  Move after) {
  Index one = c.index(c.lanes), two = c.index(2 * c.lanes);
  h.loop(c.index(0), c[Slot::SliceGroups], 1, [&](Value g) {
    Index offset = Index(h, g) * (2 * c.lanes), first = c[Slot::FirstSample] + offset;
    Value memory = c.at(row.memory, offset);
    SpectralCode::Sequence there{c.at(row.transformed, offset), c[Slot::RowPitch], one};
    Value whole = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::sle, first + 2 * c.lanes, c[Slot::Samples]);
    h.when(
        whole, [&] { transform({memory, c[Slot::DataStrideA] * c[Slot::PaddedSamples], one}, there); },
        [&] {
          Value staged = c.workerPlace(c.worker(), Slot::RowStageAt);
          copy(staged, memory, first, before);
          transform({staged, two, one}, there);
          copy(staged, memory, first, after);
        });
  });
}

/// Chunks of rows: a channel and a block of its rows. `row(channel, o)` for each.
static void forRows(SpectralCode &c, Index item, llvm::function_ref<void(Index, Index)> row) {
  Index outer = c[Slot::DataOuter], blocks = ceilDiv(outer, c.index(kRowBlock));
  Index channel = item / blocks, first = item % blocks * kRowBlock;
  c.h.loop(first, min(first + kRowBlock, outer), 1, [&](Value o) { row(channel, {c.h, o}); });
}

void flex::emitSpectralRows(SpectralCode &c) {
  HostBuilder &h = c.h;
  // data_rows(context, memory, T, item): not a pass of its own, `stage` runs it.
  std::string name = c.symbol("data_rows");
  if (!h.module.lookupSymbol(name)) {
    auto function = h.begin(name, {h.ptr(), h.ptr(), h.ptr(), h.i64()}, {});
    function.setPrivate();
    c.context = function.getArgument(0);
    forRows(c, {h, function.getArgument(3)}, [&](Index channel, Index o) {
      Row row = rowAt(c, function.getArgument(1), function.getArgument(2), channel, o);
      RowPass(c, row).run(
          [&](auto memory, auto there) { c.transform(Slot::ForwardA, memory, there, c.index(0), row.count); },
          [&](Value copy, Value from, Value mask) { c.l.store(c.loadMasked(from, mask), copy); }, nullptr);
    });
    h.finish();
  }
  if (!c.open("rows_back", /*chunked=*/true))
    return;
  forRows(c, c.chunk(), [&](Index channel, Index o) {
    Row row = rowAt(c, c.pointer(Slot::RowsTo), c.pointer(Slot::RowsFrom), channel, o);
    RowPass(c, row).run(
        [&](auto memory, auto there) { c.transform(Slot::InverseA, there, memory, c.index(0), row.count); }, nullptr,
        [&](Value copy, Value to, Value mask) { c.storeMasked(c.l.loadLanes(copy), to, mask); });
  });
  c.close();
}
