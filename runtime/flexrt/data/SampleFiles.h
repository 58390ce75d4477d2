/// Files of one picture or one sound, as arrays of channels: what `predict` reads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace flexrt {

/// One sample as it was stored: bytes as multiples of 1/255, sounds in [-1, 1].
struct Sample {
  int64_t channels = 0;
  int rank = 0;                         ///< 1: a signal, 2: a picture
  std::array<int64_t, 2> size = {1, 1}; ///< [length, 1] or [height, width]
  std::vector<float> values;            ///< [channels][size...]
};

/// A PNG with 1 channel, or 3 (red, green, blue), of which grey ones have the same three times. Throws Error.
Sample readPicture(const std::string &path, int64_t channels);

/// A sound, [channels][samples]. Throws Error.
Sample readSignal(const std::string &path);

} // namespace flexrt
