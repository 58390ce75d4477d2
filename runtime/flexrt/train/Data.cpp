#include "flexrt/train/Data.h"

namespace flexrt {

TrainingData::TrainingData(const DataSource &source, const Config &config, const Model &model)
    : train(source(config.data(), config.dataRoot, Split::train, config.seed)),
      test(source(config.data(), config.dataRoot, Split::test, config.seed)), batch(config.batch()) {
  checkDataFits(model, train->shape(), "training");
  checkDataFits(model, test->shape(), "test");
  split = splitSamples(train->shape().samples, config.validation.fraction, config.seed);
}

} // namespace flexrt
