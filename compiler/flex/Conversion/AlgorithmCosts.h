/// What each algorithm of a convolution would take, as emitted arithmetic on its sizes: multiply-adds that the vector
/// units could do in the same time, and bytes between caches and memory. The runtime knows the machine's rates, makes
/// milliseconds of the two, and times those that come close. See docs/rationale/algorithms.md for the factors.
#pragma once

#include "flex/Conversion/Correlation.h"
#include "flex/Conversion/HostBuilder.h"

namespace flex {

class AlgorithmCosts {
public:
  struct Cost {
    mlir::Value multiplyAdds, bytes; ///< f64
  };

  /// `wanted`: flexrt_wanted.
  AlgorithmCosts(HostBuilder &host, mlir::FloatType element, int64_t lanes, const CorrelationCall &call,
                 int64_t wanted)
      : h(host), element(element), lanes(lanes), call(call), wanted(wanted) {}

  /// Of a flexrt_algorithm, whether it is possible or not.
  Cost of(int32_t algorithm);

private:
  Cost direct();
  /// `mixed`: taps that are mixtures are mixed of spectra.
  Cost spectral(bool mixed);
  /// What other algorithms take to make the taps of a mixture, and its gradients of theirs; nothing where there is none.
  Cost mixedTaps();
  Cost library();

  HostBuilder &h;
  mlir::FloatType element;
  int64_t lanes;
  const CorrelationCall &call;
  int64_t wanted;
};

} // namespace flex
