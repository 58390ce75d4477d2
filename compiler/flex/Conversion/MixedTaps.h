/// Taps that are mixtures, and gradients of mixtures from those of their taps, for algorithms that work on taps. Both take
/// memory for the taps of all pairs of channels.
#pragma once

#include "flex/Conversion/Correlation.h"
#include "flex/Conversion/HostBuilder.h"

namespace flex {

class MixedTapsEmitter {
public:
  MixedTapsEmitter(HostBuilder &host, mlir::FloatType element, int64_t lanes)
      : h(host), element(element), lanes(lanes) {}

  /// `call.kernel` from the mixture.
  void mix(const CorrelationCall &call);
  /// The mixture's gradients from `call.kernelGradient`.
  void gradients(const CorrelationCall &call);

private:
  HostBuilder &h;
  mlir::FloatType element;
  int64_t lanes;
};

} // namespace flex
