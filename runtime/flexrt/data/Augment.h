/// Random changes of training images.
#pragma once

#include "flexrt/data/Dataset.h"

#include <vector>

#include <yaml-cpp/yaml.h>

namespace flexrt {

/// What one sample's augmentation comes to: the whole list reduced to a flip and a shift, so that reading a sample is one
/// gather. Row y, column x of the result is row y + dy and column x + dx of the image, or width - 1 - x + dx if flipped.
/// Outside of the image all is black (0 before normalisation). Several crops add up.
struct ImageChange {
  int64_t dy = 0, dx = 0;
  bool flipped = false;
};

/// A list such as [pad_crop(4), hflip], applied in order.
class Augmenter {
public:
  Augmenter() = default;
  /// `list`: undefined, or a sequence of {name: pad_crop, args: [4]} and {name: hflip, args: [0.5]}. `owner` is the data
  /// set's name. Throws Error for unknown names (with suggestions), and on sets that are no images.
  Augmenter(const YAML::Node &list, const std::string &owner, const DatasetShape &shape);

  /// The change of sample `index`: a function of seed, epoch and index alone.
  ImageChange change(Augmentation keys, int64_t index) const;

private:
  struct Step {
    enum Kind { padCrop, flip } kind;
    double value; ///< pixels; probability
  };
  std::vector<Step> steps;
};

} // namespace flexrt
