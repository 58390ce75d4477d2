/// `bench`: how long a training step and an evaluation take on a random batch. Prints one line of JSON: milliseconds of
/// every repetition, by how much the process has grown, and with --values the time until each kept value of a step was there, by the path of what made it.
#include "flexrt/cli/Session.h"
#include "flexrt/cli/Workload.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/ProcessMemory.h"
#include "flexrt/report/Profile.h"
#include "flexrt/train/Step.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <functional>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::vector<double> repeat(int64_t times, const std::function<void(int64_t)> &body) {
  std::vector<double> taken;
  for (int64_t i = 0; i <= times; ++i) { // the first one warms up
    const auto start = Clock::now();
    body(i);
    if (i > 0)
      taken.push_back(millisecondsSince(start));
  }
  return taken;
}

/// The median of each value's times.
Json timeValues(Model &model, const BatchView &batch, int64_t times) {
  std::vector<TimedPass> passes;
  for (int64_t i = 0; i < times; ++i)
    passes.push_back(timePass(model, batch));
  Json values = Json::array();
  for (const TimedValue &value : medianPass(passes).values)
    values.push_back({{"path", value.operation == "relayout" ? value.path + " (layout)" : value.path},
                      {"ms", value.ms},
                      {"operation", value.operation},
                      {"backward", value.backward},
                      {"channels", value.channels},
                      {"points", value.points}});
  return values;
}

} // namespace

int runBench(const Context &context, const BenchArguments &arguments) {
  Session session(context, Words(arguments.words));
  Model &model = session.model;
  const auto size = parseSize(arguments.size, model.inputRank());
  model.setDataSize(size, size);
  for (const std::string &assignment : arguments.set)
    setParameters(model, assignment);
  model.settings = session.config.settingValues(1000);
  model.updateSizes();
  checkRequirements(model, "after --set");

  const RandomBatch batch(model, arguments.batch);
  Stepper stepper(model, {});
  Buffer output(model.dtype(), arguments.batch * model.outputElements());
  Json result = {{"experiment", model.network.name}, {"batch", arguments.batch}};
  for (int32_t i = 0; i < model.network.layer_count; ++i) {
    const flexrt_layer &layer = model.network.layers[i];
    const int64_t *taps = model.extents[size_t(layer.taps)].size;
    result["taps"][layer.path] = std::vector<int64_t>(taps, taps + model.network.spaces[layer.taps].rank);
  }
  // Steps are done without rates (`now` stays 0): the kernels keep their sizes.
  if (arguments.work != "evaluate")
    result["step_ms"] = repeat(arguments.repeat, [&](int64_t) { stepper.run(batch.view, 0); });
  if (arguments.work != "step")
    result["evaluate_ms"] = repeat(arguments.repeat, [&](int64_t) { model.forward(batch.view, output); });
  result["grown_bytes"] = peakGrowthBytes(); // before more is kept than a step needs
  if (arguments.values)
    result["values"] = timeValues(model, batch.view, arguments.repeat);
  std::printf("%s\n", result.dump().c_str());
  return int(ExitCode::ok);
}

} // namespace flexrt
