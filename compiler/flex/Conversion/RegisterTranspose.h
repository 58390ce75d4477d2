/// Transposition of a square of elements that is held in vector registers.
#pragma once

#include "mlir/IR/Builders.h"

namespace flex {

/// `rows` are as many vectors as one has lanes, a power of two. Result i holds element i of every row, in the rows' order.
llvm::SmallVector<mlir::Value> transposed(mlir::OpBuilder &builder, mlir::Location loc,
                                          llvm::SmallVector<mlir::Value> rows);

} // namespace flex
