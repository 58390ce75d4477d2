/// The data of a run, found, checked and split.
#pragma once

#include "flexrt/train/Batches.h"
#include "flexrt/train/Config.h"

#include <functional>
#include <memory>

namespace flexrt {

/// Where data sets come from: makeDataset, or a test's own. Arguments: description in YAML, root folder, split, seed.
using DataSource =
    std::function<std::unique_ptr<Dataset>(const std::string &, const std::string &, Split, uint64_t)>;

struct TrainingData {
  std::unique_ptr<Dataset> train, test;
  SampleSplit split;
  int64_t batch = 0;

  /// Opens both splits and checks that they fit the network.
  TrainingData(const DataSource &source, const Config &config, const Model &model);

  int64_t stepsPerEpoch() const { return (int64_t(split.train.size()) + batch - 1) / batch; }
};

} // namespace flexrt
