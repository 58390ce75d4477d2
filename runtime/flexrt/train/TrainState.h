/// Where a run is: with the parameters, states and moments, all that going on needs (randomness is a function of these
/// numbers).
#pragma once

#include "flexrt/train/Stalls.h"

#include <cstdint>
#include <vector>

namespace flexrt {

struct TrainState {
  int64_t step = 0;     ///< optimiser steps done
  int64_t epoch = 0;    ///< epochs finished
  int64_t position = 0; ///< samples of the present epoch that were used

  std::vector<double> sums; ///< of the scalars in this epoch, weighted by samples
  std::vector<double>
      lastStep; ///< of the epoch: norm of the gradient, then by optimiser how far the parameters went (RMS)
  bool hasBest = false;
  int64_t bestEpoch = 0;
  double bestValue = 0;
  StallState stalls;

  double seconds = 0;   ///< spent learning, evaluation included
  int64_t logBytes = 0; ///< length of the log when this was saved

  bool operator==(const TrainState &) const = default;
};

} // namespace flexrt
