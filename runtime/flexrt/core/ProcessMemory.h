/// What the process holds in memory, as the system counts it. Zeros where it does not say.
#pragma once

#include <cstdint>

namespace flexrt {

/// Resident bytes now, and the most that there were.
int64_t residentBytes();
int64_t peakResidentBytes();

/// Notes what is resident before anything is done: libraries, and what they set up.
void noteStartOfProcess();
/// The most that the process has grown by since.
int64_t peakGrowthBytes();

} // namespace flexrt
