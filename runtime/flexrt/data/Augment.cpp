#include "flexrt/data/Augment.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"
#include "flexrt/core/Suggest.h"
#include "flexrt/data/Arguments.h"

namespace flexrt {

Augmenter::Augmenter(const YAML::Node &list, const std::string &owner, const DatasetShape &shape) {
  if (!list || list.IsNull())
    return;
  if (!list.IsSequence())
    throw Error("argument 'augment' of '" + owner + "' must be a list such as [pad_crop(4), hflip]", {},
                ExitCode::usage);
  if (list.size() && shape.rank != 2)
    throw Error("'" + owner + "' holds sequences here, and augmentation is for images", {}, ExitCode::usage);
  for (const YAML::Node &entry : list) {
    Arguments arguments(entry);
    if (arguments.name() == "pad_crop") {
      const int64_t most = std::min(shape.size[0], shape.size[1]) - 1;
      steps.push_back({Step::padCrop, double(arguments.integer("pixels", 4, 0, most))});
    } else if (arguments.name() == "hflip") {
      steps.push_back({Step::flip, arguments.real("probability", 0.5, 0, 1)});
    } else {
      const std::vector<std::string> known = {"hflip", "pad_crop"};
      throw Error("there is no augmentation '" + arguments.name() + "'" + didYouMean(arguments.name(), known),
                  "known ones: hflip, pad_crop", ExitCode::usage);
    }
    arguments.finish();
  }
}

ImageChange Augmenter::change(Augmentation keys, int64_t index) const {
  const Stream stream(keys.seed, "augment", keys.epoch);
  ImageChange change;
  uint32_t draw = 0;
  for (const Step &step : steps) {
    if (step.kind == Step::flip) {
      change.flipped ^= stream.uniform(index, draw++) < step.value;
      continue;
    }
    const auto pixels = int64_t(step.value);
    change.dy += int64_t(stream.below(index, 2 * pixels + 1, draw++)) - pixels;
    const int64_t dx = int64_t(stream.below(index, 2 * pixels + 1, draw++)) - pixels;
    // A shift after a flip is one to the other side before it.
    change.dx += change.flipped ? -dx : dx;
  }
  return change;
}

} // namespace flexrt
