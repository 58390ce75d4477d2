/// A data set that is one array in memory: images or sequences, as they were stored, normalised when they are read.
#pragma once

#include "flexrt/data/Augment.h"
#include "flexrt/data/Dataset.h"

#include <variant>
#include <vector>

namespace flexrt {

class ArrayDataset : public Dataset {
public:
  using Values = std::variant<std::vector<uint8_t>, std::vector<float>>;

  /// `values`: [samples][channels][size...]; `targets`: [samples][shape.targets].
  ArrayDataset(const DatasetShape &shape, Values values, std::vector<float> targets, Normalisation normalisation,
               Augmenter augmenter);

  const DatasetShape &shape() const override { return shape_; }
  Preparation preparation() const override;
  void read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
            float *targets) const override;

private:
  DatasetShape shape_;
  Values values;
  std::vector<float> targets_;
  Normalisation normalisation_;
  Augmenter augmenter;
};

class Arguments;

/// The arguments `mean` and `std` of a data set's clause: one number a channel, or one for all; `usual` where they are not
/// given. Throws Error for another count and for deviations that are not positive.
Normalisation normalisationOf(Arguments &arguments, int64_t channels, const Normalisation &usual);

/// Mean and deviation of each channel over all samples and places. A constant channel gets deviation 1.
Normalisation measure(const ArrayDataset::Values &values, const DatasetShape &shape);

} // namespace flexrt
