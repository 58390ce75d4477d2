/// Whether what is written in pieces all over an array, and read soon, should stay in the caches or go past them.
#pragma once

#include <cstdint>

namespace flexrt {

/// Bytes of the largest array for which the caches are clearly the better way, with all threads of the pool at work; 0: for none.
/// Found by writing arrays of several sizes in both ways; takes about a tenth of a second.
int64_t largestNearArray();

} // namespace flexrt
