/// The flex dialect: fields, and pure functions over them.
#pragma once

#include "flex/Dialect/AdjointBuilder.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "flex/Dialect/FlexDialect.h.inc"
#include "flex/Dialect/FlexEnums.h.inc"
#include "flex/Dialect/FlexInterfaces.h.inc"
#define GET_TYPEDEF_CLASSES
#include "flex/Dialect/FlexTypes.h.inc"
#define GET_OP_CLASSES
#include "flex/Dialect/FlexOps.h.inc"

namespace flex {
/// Type of a value that is known to be a field.
inline FieldType fieldType(mlir::Value v) { return llvm::cast<FieldType>(v.getType()); }
} // namespace flex
