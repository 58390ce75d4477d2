#include "flexrt/data/Sound.h"

#include "flexrt/core/Error.h"

#include <memory>

#include <sndfile.h>

namespace flexrt {

Sound readSound(const std::string &path) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, decltype(&sf_close)> file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
  if (!file)
    throw Error("cannot read '" + path + "': " + sf_strerror(nullptr));
  if (info.frames < 1)
    throw Error("'" + path + "' holds no samples");
  const auto length = size_t(info.frames), channels = size_t(info.channels);
  std::vector<float> turns(length * channels);
  if (sf_readf_float(file.get(), turns.data(), info.frames) != info.frames)
    throw Error("'" + path + "' is truncated: expected " + std::to_string(info.frames) + " samples");
  Sound sound{info.samplerate, info.channels, info.frames, std::vector<float>(turns.size())};
  for (size_t t = 0; t < length; ++t)
    for (size_t c = 0; c < channels; ++c)
      sound.values[c * length + t] = turns[t * channels + c];
  return sound;
}

} // namespace flexrt
