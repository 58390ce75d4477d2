/// Files of one picture or one sound, as arrays of channels: what `predict` reads.
#pragma once

#include "flexrt/data/Preparation.h"

namespace flexrt {

/// A PNG with 1 channel, or 3 (red, green, blue), of which grey ones have the same three times. Throws Error.
Sample readPicture(const std::string &path, int64_t channels);

/// A sound, [channels][samples]. Throws Error.
Sample readSignal(const std::string &path);

} // namespace flexrt
