/// Which ops keep the channels of a field apart.
#pragma once

#include "flex/Dialect/Flex.h"

namespace flex {

/// Reads channels other than the one that it writes, other than by copying uniform values.
bool mixesChannels(mlir::Operation *op);

/// `outer`, or a `sum` over samples or space.
bool isReduction(mlir::Operation *op);

/// The number of channels that every value over the region's domain has, if each channel is computed from the same
/// channel of the operands alone; 0 if not, or if a result is a sum over a part of the domain.
int64_t separateChannels(PointsOp region);

} // namespace flex
