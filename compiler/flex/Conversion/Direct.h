/// The direct correlation: y, and both gradients, of `flex.correlate` as the sums that define them.
///
/// What a transform would save, it saves on long kernels; 1 x 1 and 3 x 3 taps, short causal kernels, few channels and
/// small batches are faster summed. Any number of taps works.
///
/// A unit of work is a block of a few rows of one slice of samples, at most one vector of them. Its data, with what the
/// taps reach, is first packed into a panel in the near cache, where the samples of a point are neighbours, and so are
/// points: a row of a panel is one dense sequence, its zeros included, and lanes are any neighbours in it, of one point
/// or of many. So a batch of one sample fills its vectors as well as a batch of many. A tap is a shift along the
/// sequence. See docs/rationale/direct.md.
#pragma once

#include "flex/Conversion/Correlation.h"
#include "flex/Conversion/HostBuilder.h"

namespace flex {

class DirectEmitter {
public:
  DirectEmitter(HostBuilder &host, mlir::FloatType element, int64_t lanes)
      : h(host), element(element), lanes(lanes) {}

  /// Bytes of workspace that the call takes; its pointers need not be there yet. `backward`: the gradients, else y.
  mlir::Value workspace(const CorrelationCall &call, bool backward);
  /// y from x and taps.
  void forward(const CorrelationCall &call);
  /// The gradients whose pointers are set, from x, taps and y's gradient.
  void backward(const CorrelationCall &call);

private:
  /// Contexts, planned: of y, or of the input's gradient, which is a correlation with the taps turned round; and of the
  /// taps' gradient.
  mlir::Value planSums(const CorrelationCall &call, bool backward);
  mlir::Value planTaps(const CorrelationCall &call);

  HostBuilder &h;
  mlir::FloatType element;
  int64_t lanes;
};

} // namespace flex
