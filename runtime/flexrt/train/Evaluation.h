/// Scalars of a network over many samples, in inference mode.
#pragma once

#include "flexrt/train/Batches.h"

#include <functional>

namespace flexrt {

/// Thrown between batches after a signal asked the process to stop.
struct Interrupted {};

/// Means of the scalars over `samples`, computed `batch` at a time. Kernel sizes are brought up to date first. `sink`,
/// if set, gets each batch's output. Throws Interrupted.
Scalars evaluateSamples(Model &model, const Dataset &data, const std::vector<int64_t> &samples, int64_t batch,
                        const std::function<void(const BatchView &, const Buffer &)> &sink = {});

} // namespace flexrt
