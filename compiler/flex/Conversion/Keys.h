/// Keys of random draws.
#pragma once

#include "mlir/IR/Builders.h"

namespace flex {

/// A key for the `number`-th use of `key`, i64 from two i64: a step of splitmix64, a bijection for every number.
mlir::Value mixKey(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value key, mlir::Value number);

} // namespace flex
