/// The flex dialect: fields, and pure functions over them.
#pragma once

#include "flex/Dialect/AdjointBuilder.h"
#include "flex/Dialect/BandBuilder.h"
#include "flex/Dialect/CorrelationFields.h"
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

/// The op that reads the value before all others of its block; null if nothing does.
mlir::Operation *firstReader(mlir::Value v);

/// That op, if it is a convolution, not a gradient of one, and the value is its data and nothing else of it; null if not.
mlir::Operation *firstConvolution(mlir::Value v);

/// Which channel of a value of shape `narrow` stands in channel `channel` of one of shape `wide` that it is broadcast to.
int64_t broadcastSource(int64_t channel, llvm::ArrayRef<int64_t> wide, llvm::ArrayRef<int64_t> narrow);

/// Points an axis of a grid of `rank` axes that holds the entries of the last channel axis of `flat`; 0 if none does.
int64_t tapsPerAxis(FieldType flat, int64_t rank);
} // namespace flex
