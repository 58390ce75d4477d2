// Matrix products in register tiles, and the transposition of a block.
//
// A tile is up to 12 rows by 2 vectors (24 of 32 registers), or half the rows where a register file has 16: enough
// independent sums to hide the latency of a fused multiply-add, and per element of A and vector of B few loads.
#include "flex/Conversion/EmitPointsSchedules.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace flex;

/// The most rows not above `most` that divide `rows`, if they are enough to be worth it.
static int64_t tileRows(int64_t rows, int64_t most) {
  if (rows <= most)
    return rows;
  for (int64_t tile = most; tile * 3 >= most * 2; --tile)
    if (rows % tile == 0)
      return tile;
  return most;
}

/// Rows on pages of their own are beyond the processor's own prediction.
static void fetchAhead(Lanes &l, const Product &p, Value k, ArrayRef<Value> columns) {
  constexpr int64_t kRows = 16; // about the latency of the last-level cache
  constexpr uint32_t kRead = 0, kNear = 3, kData = 1;
  Value row = l.imul(l.iadd(k, kRows), p.rightDepth);
  for (Value c : columns)
    l.builder.create<LLVM::Prefetch>(l.loc, l.at(p.right, l.iadd(row, c)), kRead, kNear, kData);
}

/// One tile; `row` and `column` are its corner.
static void emitTile(Lanes &l, const Product &p, Value row, Value column, int64_t rows, int64_t vectors) {
  SmallVector<Value> starts, rowIndices, columns, leftRows;
  for (int64_t j = 0; j < vectors; ++j)
    columns.push_back(l.iadd(column, j * l.width));
  for (int64_t i = 0; i < rows; ++i) {
    rowIndices.push_back(l.iadd(row, i));
    leftRows.push_back(l.at(p.left, l.imul(rowIndices[i], p.leftRow)));
    for (Value c : columns)
      starts.push_back(p.start(rowIndices[i], c));
  }
  auto sums = l.loop(l.index(0), p.depth, 1, starts, [&](Value k, ValueRange carried) {
    SmallVector<Value> next(carried), b;
    Value bRow = l.imul(k, p.rightDepth), aColumn = l.imul(k, p.leftDepth);
    for (Value c : columns)
      b.push_back(l.loadLanes(l.at(p.right, l.iadd(bRow, c))));
    if (p.streamed)
      fetchAhead(l, p, k, columns);
    for (int64_t i = 0; i < rows; ++i) {
      Value a = l.spread(l.loadScalar(l.at(leftRows[i], aColumn)));
      for (int64_t j = 0; j < vectors; ++j)
        next[i * vectors + j] = l.fma(a, b[j], next[i * vectors + j]);
    }
    return next;
  });
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < vectors; ++j)
      p.finish(sums[i * vectors + j], rowIndices[i], columns[j]);
}

void flex::emitProduct(Lanes &l, const Product &p) {
  constexpr int64_t kVectors = 2;
  int64_t most = l.width * l.element.getWidth() >= 512 ? 12 : 6;
  int64_t tile = tileRows(p.rows, most), whole = p.rows / tile * tile;
  auto allRows = [&](Value column, int64_t vectors) {
    l.loop(l.index(0), l.index(whole), tile, [&](Value row) { emitTile(l, p, row, column, tile, vectors); });
    if (p.rows > whole)
      emitTile(l, p, l.index(whole), column, p.rows - whole, vectors);
  };
  int64_t pairs = p.vectors / kVectors * kVectors;
  if (pairs)
    l.loop(l.index(0), l.index(pairs * l.width), kVectors * l.width, [&](Value column) { allRows(column, kVectors); });
  if (p.vectors > pairs)
    allRows(l.index(pairs * l.width), p.vectors - pairs);
}

/// log2(width) rounds, each of which interleaves vector i with vector i + width/2.
static void transposeSquare(Lanes &l, SmallVector<Value> &rows) {
  int64_t half = l.width / 2;
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < half; ++i) {
    low.append({i, i + l.width});
    high.append({i + half, i + half + l.width});
  }
  for (int64_t round = 1; round < l.width; round *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < half; ++i) {
      next.push_back(l.builder.create<vector::ShuffleOp>(l.loc, rows[i], rows[i + half], low));
      next.push_back(l.builder.create<vector::ShuffleOp>(l.loc, rows[i], rows[i + half], high));
    }
    rows = next;
  }
}

void flex::emitTransposed(Lanes &l, Value from, Value fromStride, int64_t channels, int64_t points, Value to) {
  int64_t padded = (channels + l.width - 1) / l.width * l.width;
  auto square = [&](Value channel, Value point, int64_t count) {
    SmallVector<Value> rows(l.width);
    for (int64_t i = 0; i < l.width; ++i)
      rows[i] = i < count ? l.loadLanes(l.at(from, l.iadd(l.imul(l.iadd(channel, i), fromStride), point))) : l.zero();
    transposeSquare(l, rows);
    for (int64_t i = 0; i < l.width; ++i)
      l.store(rows[i], l.at(to, l.iadd(l.imul(l.iadd(point, i), padded), channel)));
  };
  int64_t whole = channels / l.width * l.width;
  l.loop(l.index(0), l.index(points), l.width, [&](Value point) {
    if (whole)
      l.loop(l.index(0), l.index(whole), l.width, [&](Value channel) { square(channel, point, l.width); });
    if (channels > whole)
      square(l.index(whole), point, channels - whole);
  });
}
