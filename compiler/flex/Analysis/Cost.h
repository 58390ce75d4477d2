/// What an op costs, as far as the compiler's choices need to know.
#pragma once

#include "mlir/IR/Operation.h"

namespace flex {

/// Lane operations that `op` takes per point of the domain over which it runs, all channels together. An op that
/// implements `CostOpInterface` (a plugin's) says so itself; copies are free. Rough: for comparing, not for forecasts.
int64_t flopsPerPoint(mlir::Operation *op);

} // namespace flex
