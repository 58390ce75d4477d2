/// Brings the reductions of a network into the form that regions take, with as little work inside the loops as can be.
#pragma once

#include "flex/Dialect/Flex.h"

namespace flex {

/// Afterwards a sum is over channel axes or over the domain, not over both; a reduction is of a product without factors
/// that are the same all over its domain; equal reductions are one; `detach` and dead code are gone. An error for what
/// regions cannot take.
mlir::LogicalResult normalizeReductions(NetworkOp network);

} // namespace flex
