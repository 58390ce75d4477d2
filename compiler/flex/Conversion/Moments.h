/// Mean and squared deviations of each channel of a field, over samples and points.
///
/// They are gathered while the field is in the near cache, or in one pass over memory, with one read of each value, and as
/// exactly as in two: a row is added with a shift taken off that is the mean of all before it, but for rounding, so that
/// nothing large is left to cancel; what the shift is off by is kept, too. Lanes keep sums of their own; lanes, and chunks
/// in their order, are put together by the formula for disjoint parts, in double precision. Chunks follow from shapes:
/// threads change no bit.
#pragma once

#include "flex/Conversion/Correlation.h"
#include "flex/Conversion/PassCode.h"

namespace flex {

/// What one chunk gathers, in its sums: for each lane the shift, the sums of distances from it and of their squares, and
/// the number of points. `vectors` vectors of samples go through the same points.
class MomentsEmitter {
public:
  MomentsEmitter(HostBuilder &host, mlir::FloatType element, int64_t lanes)
      : h(host), element(element), lanes(lanes) {}

  /// Vectors of samples that a chunk has at most; elements of its sums, and of what is left of them in the end.
  static constexpr int64_t kVectors = 4, kPartElements = 4;
  int64_t sumElements() const { return (3 * kVectors + 1) * lanes; }

  void clear(mlir::Value sums);
  /// Adds `count` points, `pitch` elements apart, of `vectors` vectors each.
  void add(mlir::Value sums, mlir::Value start, Index pitch, Index count, Index vectors);
  /// Mean, deviations and number of all that was added, of samples below `samples`, and what the mean lost when it was
  /// rounded; the first lane is sample `first`.
  void close(mlir::Value sums, Index first, Index samples, Index vectors, mlir::Value part);
  /// Puts parts together: part (slice * channels + channel) * blocks + block.
  void combine(mlir::Value parts, Index slices, Index channels, Index blocks, mlir::Value mean,
               mlir::Value deviations);

  /// Of a field in memory: of `call.output`, if `call.mean` is set when the code runs.
  void ofOutput(const CorrelationCall &call);
  /// Bytes of `call.workspace` that this takes.
  mlir::Value workspace(const CorrelationCall &call);

private:
  /// Calls a shared function, emitted here if it is not there yet.
  void call(llvm::StringRef name, mlir::ValueRange arguments,
            llvm::function_ref<void(PassCode &, mlir::ValueRange)> body);

  HostBuilder &h;
  mlir::FloatType element;
  int64_t lanes;
};

} // namespace flex
