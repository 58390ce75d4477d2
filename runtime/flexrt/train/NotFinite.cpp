#include "flexrt/train/NotFinite.h"

#include <cmath>

namespace flexrt {
namespace {

template <typename T> bool rowsAreFinite(const T *data, int64_t rows, int64_t stride, int64_t valid) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < valid; ++i)
      if (!std::isfinite(data[row * stride + i]))
        return false;
  return true;
}

bool inputIsFinite(const Model &model, const BatchView &batch) {
  const auto size = model.dataSize();
  const int64_t count = batch.samples * model.inputChannels() * size[0] * size[1];
  return withElements(model.dtype(), const_cast<void *>(batch.input),
                      [&](auto *p) { return rowsAreFinite(p, 1, 0, count); });
}

/// The first gradient that is not finite, "" for none.
std::string gradientNotFinite(const Model &model) {
  for (int32_t i = 0; i < model.network.parameter_count; ++i) {
    const flexrt_parameter &parameter = model.network.parameters[i];
    if (model.gradients.firstNotFinite(parameter.offset, parameter.count) >= 0)
      return parameter.path;
  }
  return "";
}

} // namespace

Error notFiniteError(Model &model, const BatchView &batch, int64_t now, const std::string &what) {
  const std::string message = what + " is not finite in step " + std::to_string(now + 1) + ", ";
  const std::string hint = "nothing of this step was kept; a smaller learning rate or clip=1.0 may help";
  if (!inputIsFinite(model, batch))
    return Error(message + "because the data holds a NaN or an infinity", "look at the data set's files",
                 ExitCode::notFinite);
  const std::string gradient = gradientNotFinite(model);
  std::string first;
  model.lossAndGrad(batch, double(now), [&](const flexrt_observation &seen) {
    const bool finite = withElements(model.dtype(), const_cast<void *>(seen.data), [&](auto *p) {
      return rowsAreFinite(p, seen.channels * seen.rows, seen.stride, seen.valid);
    });
    if (first.empty() && !finite)
      first = seen.path;
  });
  if (!first.empty())
    return Error(message + "first in '" + first + "'", hint, ExitCode::notFinite);
  if (!gradient.empty())
    return Error(message + "first in the gradient of '" + gradient + "'", hint, ExitCode::notFinite);
  return Error(message + "though every value that is kept in memory is", hint, ExitCode::notFinite);
}

} // namespace flexrt
