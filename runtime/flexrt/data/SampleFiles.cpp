#include "flexrt/data/SampleFiles.h"

#include "flexrt/core/Png.h"
#include "flexrt/data/Sound.h"

#include <algorithm>

namespace flexrt {

Sample readPicture(const std::string &path, int64_t channels) {
  const Picture picture = withChannels(readPng(path), channels == 1 ? 1 : 3, path);
  Sample sample{picture.channels, 2, {picture.height, picture.width}, std::vector<float>(picture.bytes.size()), path};
  std::transform(picture.bytes.begin(), picture.bytes.end(), sample.values.begin(),
                 [](uint8_t byte) { return float(byte) / 255; });
  return sample;
}

Sample readSignal(const std::string &path) {
  Sound sound = readSound(path);
  return {sound.channels, 1, {sound.length, 1}, std::move(sound.values), path, sound.rate};
}

} // namespace flexrt
