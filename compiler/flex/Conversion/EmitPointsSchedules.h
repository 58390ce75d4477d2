/// The two schedules of a region, and the matrix products of the second.
#pragma once

#include "flex/Conversion/EmitPointsElements.h"

namespace flex {

/// Rows of the space that one piece of work takes, and points of it where lanes run over the space.
inline constexpr int64_t kRowsPerItem = 32, kPointsPerItem = 4096;

/// Channel by channel, for regions that do not mix channels: each channel's points in the order of memory.
void emitRows(Elements &elements, mlir::Value chunk);
/// One row of points of a source (PointsCall.h), with the function's arguments behind the context.
void emitSourceRow(Elements &elements, mlir::ValueRange arguments);
/// Block of points by block of points, for regions that do.
void emitBlocks(Elements &elements, mlir::Value chunk);

/// [low, high) of `items` pieces of work that a chunk does.
std::pair<mlir::Value, mlir::Value> rangeOf(Elements &elements, mlir::Value items, mlir::Value chunk);
/// Address of the chunk's partials of a result, zeroed.
mlir::Value zeroedPartials(Elements &elements, unsigned result, mlir::Value chunk);

/// C[row][column] += sum over k of A(row, k) B(k, column): columns are lanes, A's elements are repeated over them.
struct Product {
  int64_t rows, vectors;                       ///< vectors of lanes in a row of C
  mlir::Value depth;
  mlir::Value left, leftRow, leftDepth;        ///< A: address, and elements between rows and between columns
  mlir::Value right, rightDepth;               ///< B: address, and elements between rows
  bool streamed;                               ///< B's rows come from far apart in memory: fetch them ahead
  /// Where row `row` starts, and what to do with its sum; `column` in elements.
  llvm::function_ref<mlir::Value(mlir::Value row, mlir::Value column)> start;
  llvm::function_ref<void(mlir::Value sum, mlir::Value row, mlir::Value column)> finish;
};
void emitProduct(Lanes &lanes, const Product &product);

/// to[point][channel] = from[channel][point], in squares of a vector's width; channels from `channels` up to the next
/// whole vector are zero. `points` is a multiple of the width.
void emitTransposed(Lanes &lanes, mlir::Value from, mlir::Value fromStride, int64_t channels, int64_t points,
                    mlir::Value to);

} // namespace flex
