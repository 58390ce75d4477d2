/// What convolutions have in common, whichever of their results an op has.
#pragma once

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

namespace flex {

/// Taps as mixtures: those of pair p are weight[p] basis + bias[p] scale. Or the gradients of these. Rows of basis and scale
/// are like rows of taps, weight and bias without gaps.
template <typename T> struct MixtureOf {
  T weight{}, basis{}, bias{}, scale{};
};
using Mixture = MixtureOf<mlir::Value>;

/// Something of every field that a correlation, its gradients or several of these at once read and write; empty for those that
/// are not there.
template <typename T> struct CorrelationFields {
  T input{}, kernel{}, output{};                    ///< x, taps, y
  T gradient{};                                     ///< of y
  T inputGradient{}, kernelGradient{};
  T mean{}, deviations{};                           ///< of each channel of y, over samples and points
  MixtureOf<T> mixture{}, mixtureGradient{};        ///< in place of `kernel` and `kernelGradient`; all gradients or none

  /// All of them, always in the same order.
  llvm::SmallVector<T *> all() {
    MixtureOf<T> &m = mixture, &d = mixtureGradient;
    return {&input, &kernel, &output, &gradient, &inputGradient, &kernelGradient, &mean, &deviations, &m.weight, &m.basis,
            &m.bias, &m.scale, &d.weight, &d.basis, &d.bias, &d.scale};
  }
};

} // namespace flex
