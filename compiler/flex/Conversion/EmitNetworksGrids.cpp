// Ops that move values from one grid to another and compute nothing: every second point of an image and back, and the
// entries of a parameter that are the taps of a convolution. Rows of lanes are copied by the pool's threads; parameters, which
// are small beside the work that they do, by the calling one.
#include "flex/Conversion/EmitNetworksEntry.h"
#include "flex/Conversion/EmitNetworksTranspose.h"
#include "flex/Conversion/Relayout.h"

using namespace mlir;
using namespace flex;

namespace {

/// Bytes that one chunk moves, about.
constexpr int64_t kChunkBytes = 1 << 17;

/// What one call is told. `Fine` and `Coarse` are the images with all points and with some of them.
enum Slot { Fine, Coarse, FineRows, FineColumns, CoarseRows, CoarseColumns, Stride, PointBytes, Items, ItemsPerChunk };
static_assert(ItemsPerChunk < kTransposeSlots);

/// Builds chunk -> items, each one row of an image's channel.
class StrideBody {
public:
  StrideBody(HostBuilder &host, bool spreads) : h(host), spreads(spreads) {}

  void build(StringRef name) {
    auto function = h.begin(name, {h.ptr(), h.i64()}, {});
    context = function.getArgument(0);
    fineRows = read(FineRows), fineColumns = read(FineColumns);
    coarseRows = read(CoarseRows), coarseColumns = read(CoarseColumns);
    stride = read(Stride), bytes = read(PointBytes);
    Value perChunk = read(ItemsPerChunk), first = h.mul(function.getArgument(1), perChunk);
    Value end = h.min(h.add(first, perChunk), read(Items));
    h.loop(first, end, 1, [&](Value item) { spreads ? spread(item) : subsample(item); });
    h.finish();
  }

private:
  Value read(Slot slot) { return h.load(slot <= Coarse ? h.ptr() : h.i64(), context, slot * 8); }
  /// Address of the first point of row `row` of channel `channel`.
  Value rowOf(Slot image, Value channel, Value row) {
    Value rows = image == Fine ? fineRows : coarseRows, columns = image == Fine ? fineColumns : coarseColumns;
    return h.at(read(image), h.mul(h.mul(h.add(h.mul(channel, rows), row), columns), bytes));
  }
  void eachPoint(Value fine, Value coarse, llvm::function_ref<void(Value, Value)> body) {
    h.loop(h.constant(0), coarseColumns, 1, [&](Value x) {
      Value at = h.at(coarse, h.mul(x, bytes)), from = h.at(fine, h.mul(h.mul(x, stride), bytes));
      body(from, at);
    });
  }
  void subsample(Value item) {
    Value channel = h.div(item, coarseRows), row = h.rem(item, coarseRows);
    Value fine = rowOf(Fine, channel, h.mul(row, stride)), coarse = rowOf(Coarse, channel, row);
    eachPoint(fine, coarse, [&](Value from, Value to) { h.copy(to, from, bytes); });
  }
  void spread(Value item) {
    Value channel = h.div(item, fineRows), row = h.rem(item, fineRows), fine = rowOf(Fine, channel, row);
    h.zero(fine, h.mul(fineColumns, bytes));
    Value rest = h.rem(row, stride), zero = h.constant(0);
    Value hit = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::eq, rest, zero);
    h.when(hit, [&] {
      eachPoint(fine, rowOf(Coarse, channel, h.div(row, stride)), [&](Value to, Value from) { h.copy(to, from, bytes); });
    });
  }

  HostBuilder &h;
  bool spreads;
  Value context, fineRows, fineColumns, coarseRows, coarseColumns, stride, bytes;
};

} // namespace

void EntryEmitter::emitStride(Value fine, Value coarse, int64_t stride, bool spreads) {
  StringRef name = spreads ? "flex.spread" : "flex.subsample";
  if (!h.module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(h.b);
    StrideBody(h, spreads).build(name);
  }
  const Domains::Space &all = domains->space(fieldType(fine).getSpace().getValue());
  const Domains::Space &some = domains->space(fieldType(coarse).getSpace().getValue());
  Value pointBytes = h.mul(domains->paddedSamples, h.constant(elementBytes()));
  Value items = h.mul(h.constant(fieldType(fine).getNumChannels()), spreads ? all.size[0] : some.size[0]);
  Value itemBytes = h.mul(pointBytes, spreads ? all.size[1] : some.size[1]);
  Value perChunk = h.ceilDiv(h.constant(kChunkBytes), h.max(itemBytes, h.constant(1)));
  Value slots[] = {pointer(fine),  pointer(coarse),    all.size[0], all.size[1], some.size[0],
                   some.size[1], h.constant(stride), pointBytes,  items,       perChunk};
  Value memory = context(kTransposeSlots);
  for (auto [i, slot] : llvm::enumerate(slots))
    h.store(slot, memory, i * sizeof(int64_t));
  emitChunks(h, name, memory, h.ceilDiv(items, perChunk));
}

/// Between rows of `size`^rank entries and grids whose rows are as long as a domain's. With a dilation, zeros lie between.
void EntryEmitter::emitTaps(Value flat, Value taps, int64_t dilation, bool toTaps) {
  FieldType flatType = fieldType(flat), type = fieldType(taps);
  const Domains::Space &space = domains->space(type.getSpace().getValue());
  int64_t rank = description.spaces[description.findSpace(type.getSpace().getValue())].rank;
  int64_t size = tapsPerAxis(flatType, rank), entries = flatType.getShape().back();
  Value rows = h.constant(type.getNumChannels()), stride = domains->rowStride(type), length = h.constant(entries);
  Value flatBase = pointer(flat), tapsBase = pointer(taps), unit = h.constant(elementBytes());
  if (dilation == 1) {
    if (toTaps)
      return emitCopyRows(h, tapsBase, stride, flatBase, length, rows, length, elementBytes());
    return emitCopyRows(h, flatBase, length, tapsBase, stride, rows, length, elementBytes());
  }
  if (toTaps)
    h.zero(tapsBase, domains->bytes(type));
  h.loop(h.constant(0), rows, 1, [&](Value row) {
    Value from = h.mul(row, length), to = h.mul(row, stride);
    h.loop(h.constant(0), length, 1, [&](Value i) {
      Value y = h.constant(0), x = i;
      if (rank == 2)
        y = h.div(i, h.constant(size)), x = h.rem(i, h.constant(size));
      Value place = h.mul(h.add(h.mul(y, space.size[rank - 1]), x), h.constant(dilation));
      Value tap = h.at(tapsBase, h.mul(h.add(to, place), unit)), entry = h.at(flatBase, h.mul(h.add(from, i), unit));
      toTaps ? h.copy(tap, entry, unit) : h.copy(entry, tap, unit);
    });
  });
}
