// Transposition in registers, by interleaving alone: see RegisterTranspose.h.
#include "flex/Conversion/RegisterTranspose.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

/// log2(lanes) rounds of interleaving the first half of the rows with the second rotate the bits of (row, column) by one.
SmallVector<Value> flex::transposed(OpBuilder &builder, Location loc, SmallVector<Value> rows) {
  int64_t lanes = rows.size();
  assert(cast<VectorType>(rows.front().getType()).getNumElements() == lanes && "a square");
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < lanes; ++i) {
    low.push_back(i / 2 + (i % 2) * lanes);
    high.push_back(i / 2 + lanes / 2 + (i % 2) * lanes);
  }
  for (int64_t round = 1; round < lanes; round *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < lanes / 2; ++i) {
      next.push_back(builder.create<vector::ShuffleOp>(loc, rows[i], rows[i + lanes / 2], low));
      next.push_back(builder.create<vector::ShuffleOp>(loc, rows[i], rows[i + lanes / 2], high));
    }
    rows = std::move(next);
  }
  return rows;
}
