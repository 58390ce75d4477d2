/// Reads and writes PNG files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flexrt {

struct Picture {
  int64_t width = 0, height = 0, channels = 0;
  std::vector<uint8_t> bytes; ///< [channels][height][width]
};

/// Grey pictures have one channel, all others three: palettes are looked up, transparency is seen before black. Throws
/// Error if the file cannot be read or has 16 bits a channel.
Picture readPng(const std::string &path);

/// The picture with so many channels: grey is repeated. Throws Error that names `path` for colours where 1 is wanted.
Picture withChannels(Picture picture, int64_t channels, const std::string &path);

/// Values in [0, 1], clamped, as [channels][height][width] with 1 or 3 channels. Throws Error if the file cannot be written.
void writePng(const std::string &path, const std::vector<double> &values, int64_t channels, int64_t height, int64_t width);

/// Writes [height][width][channels] bytes, 1 or 3 channels. Throws Error likewise.
void writePngBytes(const std::string &path, const std::vector<uint8_t> &bytes, int64_t channels, int64_t height,
                   int64_t width);

} // namespace flexrt
