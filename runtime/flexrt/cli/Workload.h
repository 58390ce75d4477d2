/// Work for measuring: a random batch, parameters set by hand.
#pragma once

#include "flexrt/train/Model.h"

namespace flexrt {

/// Inputs in [-1, 1), targets that are class numbers (or small integers as reals).
struct RandomBatch {
  Buffer input, target;
  BatchView view;

  RandomBatch(const Model &model, int64_t samples);
};

/// "mask.sigma=0.3": every element of every parameter whose path is that, or ends in it. Throws Error.
void setParameters(Model &model, const std::string &assignment);

} // namespace flexrt
