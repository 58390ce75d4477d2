/// A picture of what the convolutions learned, and their sizes as JSON.
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

/// Writes a PNG with a panel for each layer: its path and size, and the kernels of its first outputs (down) and inputs
/// (across), at most `side` each. Images: blue is negative, red positive, full at the layer's largest tap. Sequences:
/// a curve each, time to the right, to the same scale. Throws Error if the file cannot be written.
void writeKernelPicture(const std::string &path, const std::vector<LayerKernel> &layers, int64_t side = 8);

/// Writes the sizes for programs: [{"layer", "size", "in", "out", "largest"}, ...] with the largest tap's magnitude.
/// Throws Error if the file cannot be written.
void writeKernelSizes(const std::string &path, const std::vector<LayerKernel> &layers);

} // namespace flexrt
