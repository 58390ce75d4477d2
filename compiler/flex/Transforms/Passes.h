/// Passes on the flex dialect.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace flex {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "flex/Transforms/Passes.h.inc"
} // namespace flex
