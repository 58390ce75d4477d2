/// Fourier transforms of sequences that are too long for one codelet: each is two steps of codelets with factors between,
/// through memory on the stack. With the step over T that makes the six-step transform of long signals.
///
///   @flex.spectral.long.<length>.<forward|inverse>.<f32|f64>(arguments of a codelet)
///
/// Called like a codelet (Codelets.h) whose window starts at point 0; `origin` and `factors` are not read. They are part of
/// the program, and declare the codelets that they call.
#pragma once

#include "flex/Conversion/HostBuilder.h"

#include <optional>

namespace flex {

/// A transform of `first * second` points: `first` codelets over every `second`-th point, then `second` ones.
struct LongLength {
  int64_t first, second;
  int64_t points() const { return first * second; }
};

/// Lengths that there are, rising.
llvm::ArrayRef<LongLength> longLengths();
/// The steps of a transform; none where a codelet does it.
std::optional<LongLength> longLength(int64_t points);

/// The function, emitted on first use. The builder stays where it is.
mlir::func::FuncOp getLongTransform(HostBuilder &h, LongLength length, bool inverse, mlir::FloatType element,
                                    int64_t lanes);

} // namespace flex
