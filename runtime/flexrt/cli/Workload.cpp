#include "flexrt/cli/Workload.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"

#include <algorithm>
#include <cstdlib>

namespace flexrt {

RandomBatch::RandomBatch(const Model &model, int64_t samples) {
  const auto size = model.dataSize();
  const int64_t each = model.inputChannels() * size[0] * size[1];
  const int64_t targets = model.targetElements(size);
  input = Buffer(model.dtype(), samples * each);
  target = Buffer(model.dtype(), samples * targets);
  const Stream stream(model.seed, "bench");
  input.with([&](auto *p) {
    for (int64_t i = 0; i < samples * each; ++i)
      p[i] = 2 * stream.uniform(uint64_t(i)) - 1;
  });
  target.with([&](auto *p) {
    for (int64_t i = 0; i < samples * targets; ++i)
      p[i] = i % model.outputChannels();
  });
  view = {input.data(), target.data(), samples, 0, each, targets};
}

void setParameters(Model &model, const std::string &assignment) {
  const size_t equals = assignment.find('=');
  char *end = nullptr;
  const double value = equals == std::string::npos ? 0 : std::strtod(assignment.c_str() + equals + 1, &end);
  if (equals == std::string::npos || end == assignment.c_str() + equals + 1 || *end)
    throw Error("--set '" + assignment + "' is not path=number", "--set mask.sigma=0.3", ExitCode::usage);
  const std::string path = assignment.substr(0, equals);
  bool found = false;
  for (int32_t i = 0; i < model.network.parameter_count; ++i) {
    const flexrt_parameter &p = model.network.parameters[i];
    const std::string whole = p.path;
    if (whole != path && !whole.ends_with("." + path))
      continue;
    found = true;
    model.parameters.with([&](auto *data) { std::fill_n(data + p.offset, p.count, value); });
  }
  if (!found)
    throw Error("no parameter's path ends in '" + path + "'", "'info' lists them", ExitCode::usage);
}

} // namespace flexrt
