/// A picture of what the convolutions learned.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace flexrt {

/// The sampled taps of one layer, [out][in][size...].
struct LayerKernel {
  std::string path;
  int64_t in = 0, out = 0;
  int rank = 2;
  std::array<int64_t, 2> size = {1, 1};
  std::vector<double> taps;
};

/// Writes a PNG with a row of kernels, and their size, for each layer. At most `pairs` (out, in) pairs a layer, evenly spread.
/// Throws Error if it cannot be written.
void writeKernelPicture(const std::string &path, const std::vector<LayerKernel> &layers, int64_t pairs = 16);

} // namespace flexrt
