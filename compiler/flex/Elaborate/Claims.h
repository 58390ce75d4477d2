/// What masks and kernels state about themselves, `extent box(low, high)` and `band f`, cut out so that it can be tried.
///
/// Each claim becomes an experiment of its own, which maps positions to the function's values and the numbers that it
/// states. Whether they agree is found by running it (`flexc check` does); here nothing is computed.
#pragma once

#include "flex/Elaborate/Graph.h"

namespace flex::elab {

class Pool;

/// A claim as it is met: the function of the position, and what its body states about it.
struct FoundClaim {
  Claim claim;
  ValueId value;
  std::vector<ValueId> numbers; ///< the low and the high corner; or the bound
};

/// Completes `found.claim` with its function, which stays empty if the value follows from more than the position, parameters
/// and settings, so that it cannot be tried alone.
void cutOut(Pool &pool, FoundClaim &found);

/// An experiment for each claim of `program` that can be tried, in the order of `claimsOf`. Its input are positions along a
/// sequence, its output the values, of at most 8 channels, and then the numbers, at each of them. Its data clause says what
/// to compare: {name: claim, kind: extent, axes: 2, values: 1, level: 0.1}.
Program claimProgram(const Program &program);
/// Every statement that can be tried once, however many instances made it with the same function.
std::vector<const Claim *> claimsOf(const Program &program);

} // namespace flex::elab
