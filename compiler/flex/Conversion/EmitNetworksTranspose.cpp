// Batched transposes in blocks of lanes x lanes, held in registers. Does not tile for caches: a strip of one block's
// width is walked along its rows, which touches `lanes` open lines at a time on each side.
#include "flex/Conversion/EmitNetworksTranspose.h"
#include "flex/Conversion/RegisterTranspose.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

#include <numeric>

using namespace mlir;
using namespace flex;

namespace {

/// Elements that one chunk moves, about: enough to pay for taking it off the pool's queue.
constexpr int64_t kChunkElements = 32768;

enum Slot { From, To, Rows, PaddedRows, Columns, FromBatch, FromRow, ToBatch, ToColumn, Items, ItemsPerChunk };
static_assert(ItemsPerChunk + 1 == kTransposeSlots);

/// Builds the body: chunk -> items (a batch, a strip of `lanes` columns) -> blocks of `lanes` rows.
class TransposeBody {
public:
  TransposeBody(HostBuilder &host, FloatType element, int64_t lanes)
      : h(host), element(element), lanes(lanes), bytes(element.getWidth() / 8),
        vector(VectorType::get({lanes}, element)) {}

  void build(StringRef name);

private:
  Value read(Slot slot) { return h.load(slot <= To ? h.ptr() : h.i64(), context, slot * 8); }
  Value elementAt(Value pointer, Value index) { return h.at(pointer, h.mul(index, h.constant(bytes))); }
  void item(Value index);
  void block(Value from, Value to, Value row, Value width, bool full);
  /// Lanes below `limit` where `valid`, else none.
  Value mask(Value limit, Value valid);

  HostBuilder &h;
  FloatType element;
  int64_t lanes, bytes;
  VectorType vector;
  Value context, rows, paddedRows, columns, fromRow, toColumn;
};

} // namespace

void TransposeBody::build(StringRef name) {
  auto function = h.begin(name, {h.ptr(), h.i64()}, {});
  context = function.getArgument(0);
  rows = read(Rows), paddedRows = read(PaddedRows), columns = read(Columns);
  fromRow = read(FromRow), toColumn = read(ToColumn);
  Value perChunk = read(ItemsPerChunk);
  Value first = h.mul(function.getArgument(1), perChunk);
  Value end = h.min(h.add(first, perChunk), read(Items));
  h.loop(first, end, 1, [&](Value index) { item(index); });
  h.finish();
}

void TransposeBody::item(Value index) {
  Value width = h.constant(lanes);
  Value strips = h.ceilDiv(columns, width);
  Value batch = h.div(index, strips);
  Value column = h.mul(h.rem(index, strips), width);
  Value left = h.min(h.sub(columns, column), width);
  Value from = elementAt(read(From), h.add(h.mul(batch, read(FromBatch)), column));
  Value to = elementAt(read(To), h.add(h.mul(batch, read(ToBatch)), h.mul(column, toColumn)));
  h.loop(h.constant(0), paddedRows, lanes, [&](Value row) {
    Value wide = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::eq, left, width);
    Value high = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::sle, h.add(row, width), rows);
    Value whole = h.b.create<arith::AndIOp>(h.loc, wide, high);
    h.when(
        whole, [&] { block(from, to, row, left, /*full=*/true); },
        [&] { block(from, to, row, left, /*full=*/false); });
  });
}

Value TransposeBody::mask(Value limit, Value valid) {
  SmallVector<int32_t> numbers(lanes);
  std::iota(numbers.begin(), numbers.end(), 0);
  Value iota = h.b.create<arith::ConstantOp>(h.loc, h.b.getI32VectorAttr(numbers));
  Value zero = h.constant(0);
  Value count = h.b.create<arith::SelectOp>(h.loc, valid, limit, zero);
  Value narrow = h.b.create<arith::TruncIOp>(h.loc, h.b.getI32Type(), count);
  Value all = h.b.create<vector::BroadcastOp>(h.loc, iota.getType(), narrow);
  return h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::slt, iota, all);
}

void TransposeBody::block(Value from, Value to, Value row, Value width, bool full) {
  SmallVector<Value> values;
  Value zeros = h.b.create<arith::ConstantOp>(h.loc, h.b.getZeroAttr(vector));
  for (int64_t r = 0; r < lanes; ++r) {
    Value i = h.add(row, h.constant(r));
    Value source = elementAt(from, h.mul(i, fromRow));
    if (full)
      values.push_back(h.b.create<LLVM::LoadOp>(h.loc, vector, source, bytes));
    else
      values.push_back(
          h.b.create<LLVM::MaskedLoadOp>(h.loc, vector, source, mask(width, h.less(i, rows)), zeros, bytes));
  }
  values = transposed(h.b, h.loc, std::move(values));
  Value target = elementAt(to, row);
  Value rest = h.sub(paddedRows, row);
  for (int64_t c = 0; c < lanes; ++c) {
    Value j = h.constant(c);
    Value destination = elementAt(target, h.mul(j, toColumn));
    if (full)
      h.b.create<LLVM::StoreOp>(h.loc, values[c], destination, bytes);
    else
      h.b.create<LLVM::MaskedStoreOp>(h.loc, values[c], destination, mask(rest, h.less(j, width)), bytes);
  }
}

void flex::emitTranspose(HostBuilder &h, const Transpose &t, FloatType element, int64_t lanes, Value context) {
  std::string name = element.isF64() ? "flex.transpose.f64" : "flex.transpose.f32";
  if (!h.module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(h.b);
    TransposeBody(h, element, lanes).build(name);
  }
  Value width = h.constant(lanes);
  Value items = h.mul(t.batches, h.ceilDiv(t.columns, width));
  Value perItem = h.mul(t.paddedRows, width);
  Value perChunk = h.ceilDiv(h.constant(kChunkElements), h.max(perItem, h.constant(1)));
  const Value slots[kTransposeSlots] = {t.from,      t.to,      t.rows,    t.paddedRows, t.columns, t.fromBatch,
                                        t.fromRow,   t.toBatch, t.toColumn, items,       perChunk};
  for (int64_t i = 0; i < kTransposeSlots; ++i)
    h.store(slots[i], context, i * 8);
  emitChunks(h, name, context, h.ceilDiv(items, perChunk));
}

void flex::emitChunks(HostBuilder &h, StringRef function, Value context, Value chunks) {
  auto alone = [&] { h.call(function, {context, h.constant(0)}); };
  if (matchPattern(chunks, m_One()))
    return alone();
  Value one = h.constant(1);
  Value single = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::eq, chunks, one);
  h.when(single, alone, [&] {
    Value body = h.address(function);
    h.call("flexrt_parallel_for", {body, context, chunks});
  });
}
