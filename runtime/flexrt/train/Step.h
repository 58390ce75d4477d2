/// One optimiser's step on a batch: gradient in parts, average, clip, update, and every check on the way.
#pragma once

#include "flexrt/train/Model.h"

namespace flexrt {

struct StepOptions {
  int64_t accumulate = 1; ///< parts of the batch
  double clip = 0;        ///< bound on the norm of the whole gradient; 0: none
};

struct StepResult {
  Scalars scalars; ///< means over the batch
  double gradientNorm = 0;
};

/// A step, as often as wanted. The parameters are changed only after loss, gradients and new states were found finite.
class Stepper {
public:
  Stepper(Model &model, StepOptions options) : model_(model), options_(options) {}

  /// Step number `now` (steps done before). Throws Error: exit code notFinite for a NaN or an infinity, with the
  /// first value that has one; requirement for a `require` that no longer holds.
  StepResult run(const BatchView &batch, int64_t now);

private:
  StepResult runInParts(const BatchView &batch, int64_t parts, int64_t now);
  Scalars gradientOf(const BatchView &batch, int64_t now);
  double finishGradient();
  void applyUpdates(int64_t now);

  Model &model_;
  StepOptions options_;
  Buffer sum_;
};

/// Throws Error (exit code requirement) with the text, path, place and values if a `require` does not hold. Without a
/// `hint` that fits the moment, it is to change what was given.
void checkRequirements(Model &model, const std::string &when,
                       const std::string &hint = "settings are given as key=value ('info' lists them), initial values in "
                                                 "the .flex file");

} // namespace flexrt
