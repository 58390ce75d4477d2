/// Reads sound files, by libsndfile: WAV of any width, FLAC, and what else it knows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flexrt {

struct Sound {
  int64_t rate = 0; ///< samples a second
  int64_t channels = 0, length = 0;
  std::vector<float> values; ///< [channels][length], in [-1, 1]
};

/// Throws Error: what cannot be read, ends early or is empty.
Sound readSound(const std::string &path);

} // namespace flexrt
