/// From an elaborated experiment to a module of the flex dialect.
#pragma once

#include "flex/Elaborate/Graph.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace flex {

/// `element` is f32 or f64: every field of the module gets it. Every op carries its place in the source and its path of
/// construction: NameLoc("blocks.1.conv2.kernel" at file:line:col). Null, with an error emitted through the context, if
/// the module does not verify; that is a defect of elaboration, not the user's mistake.
mlir::OwningOpRef<mlir::ModuleOp> generateModule(const elab::Experiment &experiment, mlir::FloatType element);

} // namespace flex
