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

/// A PNG as 1 (grey) or 3 channels (red, green, blue), whatever it stores; transparent places are black. Throws Error.
Sample readPng(const std::string &path, int64_t channels);

/// A RIFF WAVE file of 8, 16, 24 or 32 bits PCM or 32 bits floating point; [channels][samples]. Throws Error.
Sample readWav(const std::string &path);

} // namespace flexrt
