/// Changes of a field's layout in emitted code.
#pragma once

#include "flex/Conversion/Domains.h"

namespace flex {

/// Moves a value of type `from` to memory of type `to`, which differs in its layout. `context`: memory for
/// `kTransposeSlots` slots.
void emitRelayout(HostBuilder &host, Domains &domains, int64_t lanes, mlir::Value target, FieldType to,
                  mlir::Value source, FieldType from, mlir::Value context);

/// Copies `rows` rows; strides and the row's length in elements.
void emitCopyRows(HostBuilder &host, mlir::Value to, mlir::Value toStride, mlir::Value from, mlir::Value fromStride,
                  mlir::Value rows, mlir::Value length, int64_t elementBytes);

} // namespace flex
