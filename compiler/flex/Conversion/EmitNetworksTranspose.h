/// Changes of layout: each swaps the innermost axis of an array of three, so all are batches of 2D transposes.
#pragma once

#include "flex/Conversion/HostBuilder.h"

namespace flex {

/// to[b][j][i] = from[b][i][j]; strides in elements, j has stride 1 in `from`, i in `to`. Rows i in [rows, paddedRows)
/// are written as 0.
struct Transpose {
  mlir::Value from, to;
  mlir::Value batches, rows, paddedRows, columns;
  mlir::Value fromBatch, fromRow, toBatch, toColumn;
};

/// Slots of the context that `emitTranspose` fills.
inline constexpr int64_t kTransposeSlots = 11;

/// Runs the transpose on the pool, through a function that the module gets once per element type. `context` is memory
/// for `kTransposeSlots` slots; `lanes` elements make a vector.
void emitTranspose(HostBuilder &host, const Transpose &transpose, mlir::FloatType element, int64_t lanes,
                   mlir::Value context);

/// `function(context, chunk)` for every chunk: directly where there is one, else on the runtime's pool.
void emitChunks(HostBuilder &host, llvm::StringRef function, mlir::Value context, mlir::Value chunks);

} // namespace flex
