/// What an op's adjoint rule sees: gradients of its results in, gradients of its operands out.
#pragma once

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace flex {

class AdjointBuilder {
public:
  AdjointBuilder(mlir::OpBuilder &builder, llvm::DenseSet<mlir::Value> active)
      : builder(builder), active(std::move(active)) {}

  mlir::OpBuilder &builder;

  /// Whether anything that is differentiated depends on `operand`.
  bool wants(mlir::Value operand) const { return active.contains(operand); }
  /// The gradient of `value` so far; null if nothing depends on it.
  mlir::Value gradient(mlir::Value value) const { return gradients.lookup(value); }
  /// Adds `gradient` to that of `operand`, summed over what the operand was repeated along. No-op unless wanted.
  void accumulate(mlir::Value operand, mlir::Value gradient);

private:
  llvm::DenseSet<mlir::Value> active;
  llvm::DenseMap<mlir::Value, mlir::Value> gradients;
};

} // namespace flex
