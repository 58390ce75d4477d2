/// Finding out where a NaN or an infinity came from.
#pragma once

#include "flexrt/core/Error.h"
#include "flexrt/train/Model.h"

namespace flexrt {

/// Computes the step again, watching every value that is kept in memory, and returns an Error (exit code notFinite)
/// that says which of them was the first that is not finite. `what` was found: "the loss".
Error notFiniteError(Model &model, const BatchView &batch, int64_t now, const std::string &what);

} // namespace flexrt
