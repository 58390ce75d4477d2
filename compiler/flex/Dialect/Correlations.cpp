// What each convolution's op has of a correlation's fields.
#include "flex/Dialect/Flex.h"

using namespace mlir;
using namespace flex;

using Fields = CorrelationFields<Value>;

Fields CorrelateOp::getFields() { return {.input = getInput(), .kernel = getTaps(), .output = getResult()}; }

Fields CorrelateMomentsOp::getFields() {
  return {.input = getInput(), .kernel = getTaps(), .output = getOutput(), .mean = getMean(), .deviations = getDeviations()};
}

Fields CorrelateInputGradOp::getFields() {
  return {.kernel = getTaps(), .gradient = getGradient(), .inputGradient = getResult()};
}

Fields CorrelateKernelGradOp::getFields() {
  return {.input = getInput(), .gradient = getGradient(), .kernelGradient = getResult()};
}

Fields CorrelateGradsOp::getFields() {
  return {.input = getInput(), .kernel = getTaps(), .gradient = getGradient(), .inputGradient = getInputGradient(),
          .kernelGradient = getTapsGradient()};
}

Fields CorrelateMixtureOp::getFields() {
  Fields fields{.input = getInput(), .output = getOutput(), .mixture = {getWeight(), getBasis(), getBias(), getScale()}};
  if (!getMoments().empty())
    fields.mean = getMoments()[0], fields.deviations = getMoments()[1];
  return fields;
}

Fields CorrelateMixtureGradsOp::getFields() {
  return {.input = getInput(), .gradient = getGradient(), .inputGradient = getInputGradient(),
          .mixture = {getWeight(), getBasis(), getBias(), getScale()},
          .mixtureGradient = {getWeightGradient(), getBasisGradient(), getBiasGradient(), getScaleGradient()}};
}
