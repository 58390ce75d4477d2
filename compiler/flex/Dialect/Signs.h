/// Signs that follow from how a number is made.
#pragma once

#include "mlir/IR/Value.h"

namespace flex {

enum class Sign { Unknown, Positive, Negative };

/// The sign of a uniform value in all its channels, whatever the parameters are (zero aside).
Sign signOf(mlir::Value number);
Sign productOf(Sign x, Sign y);

} // namespace flex
