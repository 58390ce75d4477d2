/// How a function made from a `flex.points` region is called: the contract between EmitPoints and EmitNetworks.
///
/// EmitPoints makes `func.func @<name>(%context: !llvm.ptr, %chunk: i64)` and names it in the region's attribute
/// "function"; regions with the same body share one function. The caller fills an array of 8-byte slots, the context:
/// the header below, then one slot per operand (a pointer; for a `!flex.key` the key itself, an i64), one per result (a
/// pointer to its buffer), one per result (a pointer to its partials; unused unless the result is a reduction over the
/// whole domain). It runs the function for every chunk through `flexrt_parallel_for`, and then, if the region has the
/// attribute "combine", calls `@<combine>(%context)` once, which sums the partials in the order of the chunks.
///
/// A region with `source` has the attribute "row" besides: `@<row>(%context, %channel, %point, %step, %count, %ahead,
/// %sample, %samples, %to, %pitch)` writes %count points of one channel to %to, %pitch elements apart. Point i is number
/// %point + i %step of the space; of it come the %samples lanes, whole vectors, from %sample on, 0 where there is no such
/// sample. What is %ahead points further will be asked for soon. The context's results need not be there.
#pragma once

#include "flex/Dialect/Flex.h"

namespace flex {

/// Slots of the header. Sizes are i64; those of what the region's domain lacks are 1 (`start`: 0).
enum class PointsSlot : int64_t {
  Samples,       ///< N
  PaddedSamples, ///< Np: N rounded up to whole vectors; 1 without samples
  Points,        ///< points of the space
  RowStride,     ///< elements from one channel of a value over the whole domain to the next
  Chunks,
  FirstSample,
  Size0, Size1, Grid0, Grid1, Start0, Start1,
  LastPoints, ///< points of the space that the operand of `last` has and the region lacks; 1 without `last`
  Count ///< number of header slots; operands start here
};

/// Row stride of a value over `type`'s domain: Points * PaddedSamples with samples, Points rounded up to
/// `kPointBlock` without, 1 for a uniform value (whose channels are dense).
inline constexpr int64_t kPointBlock = 32;

/// Sizes of a region's domain as i64 values in the caller's code.
struct DomainSizes {
  mlir::Value samples, paddedSamples, points;
};

/// Number of chunks that the region is cut into: a function of sizes alone, never of threads. i64.
mlir::Value emitChunkCount(mlir::OpBuilder &builder, mlir::Location loc, PointsOp region, DomainSizes sizes);

/// Elements of the region's own element type that one chunk's partials of `result` take; 0 if it needs none. Known once
/// EmitPoints has run (it leaves them on the region, as they depend on the width of vectors).
int64_t partialElements(PointsOp region, unsigned result);

/// Operands in whose memory `result` may lie, if nothing reads them later: the region reads no point of them after it has
/// stored the result there. Known once EmitPoints has run.
llvm::SmallVector<unsigned> inPlaceOperands(PointsOp region, unsigned result);

} // namespace flex
