/// Which samples are visited, and in which order: functions of (seed, epoch).
#pragma once

#include <cstdint>
#include <vector>

namespace flexrt {

struct HeldOut {
  std::vector<int64_t> training, validation; ///< both sorted
};

/// Draws `validation` of the samples [0, samples) by a permutation of (seed, "split"). `validation` <= `samples`.
HeldOut holdOut(int64_t samples, int64_t validation, uint64_t seed);

/// The number of samples that "hold out `amount`" means: a share of them below 1, a count from 1 on. Throws Error if it
/// is negative, a broken count, or leaves nothing to train on.
int64_t heldOutCount(int64_t samples, double amount);

/// `indices` in the order of one epoch, by (seed, "shuffle", epoch).
std::vector<int64_t> shuffled(std::vector<int64_t> indices, uint64_t seed, uint32_t epoch);

} // namespace flexrt
