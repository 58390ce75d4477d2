/// Memory of one network: which values share a slot of the arena, and how many bytes that makes.
///
/// A value keeps its slot from its op to its last use; a slot is taken again by a value of exactly the same type, so
/// that sizes, which are run-time values, need not be compared. A region's result may take it from an operand that ends
/// there. Partial sums of reductions and the workspace of convolutions live in one scratch area, as large as the largest
/// op's.
#pragma once

#include "flex/Conversion/Domains.h"

namespace flex {

/// The value whose buffer `value` is: a reshape is the same memory under another type.
mlir::Value bufferOf(mlir::Value value);

/// The region that computes a value where convolutions load it; null for a value that lies in memory.
PointsOp rowSourceOf(mlir::Value value);
/// The shared region whose rows `op`, a convolution, may compute and write as it reads them first; null if none.
PointsOp sharedInputOf(mlir::Operation &op);
/// The values that `op` reads from memory: its operands, those of its sources in their place. A source is itself no reader.
llvm::SmallVector<mlir::Value> readsOf(mlir::Operation &op);

class ArenaPlan {
public:
  static constexpr int64_t kRounding = FLEXRT_ALIGNMENT;

  /// Values for which `isOutside` holds live elsewhere (in the caller's buffers) and get no slot.
  ArenaPlan(NetworkOp network, llvm::function_ref<bool(mlir::Value)> isOutside);

  /// The plan as values: byte offsets from the arena's start.
  struct Offsets {
    llvm::SmallVector<mlir::Value> slots;
    mlir::Value scratch, bytes;
    llvm::DenseMap<mlir::Operation *, mlir::Value> chunks; ///< of every `flex.points`
  };
  /// `workspace(op)` is what an op that is no region needs while it runs, in bytes; a null value for nothing.
  Offsets emit(HostBuilder &host, Domains &domains, llvm::function_ref<mlir::Value(mlir::Operation *)> workspace) const;

  /// Slot of a value's buffer, -1 for one that lives outside.
  int64_t slot(mlir::Value value) const;
  /// Values whose size depends on the run; null if the plan's size is known now.
  mlir::Value firstDynamic() const;

private:
  NetworkOp network;
  llvm::SmallVector<FieldType> slots;
  llvm::DenseMap<mlir::Value, int64_t> slotOf;
};

/// Bytes of scratch that the partials of `result` take, rounded up.
mlir::Value emitPartialBytes(HostBuilder &host, PointsOp region, unsigned result, mlir::Value chunks);

} // namespace flex
