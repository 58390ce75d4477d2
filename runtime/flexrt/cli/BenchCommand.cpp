/// `bench`: how long a training step and an evaluation take on a random batch. Prints one line of JSON: milliseconds of
/// every repetition, and with --values the time until each kept value of a step was there (the median of the repetitions),
/// by the path of what made it.
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"
#include "flexrt/train/Step.h"

#include <nlohmann/json.hpp>

#include <algorithm>
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

/// Inputs in [-1, 1), targets that are class numbers (or small integers as reals).
struct RandomBatch {
  Buffer input, target;
  BatchView view;

  RandomBatch(const Model &model, int64_t samples) {
    const auto size = model.dataSize();
    const int64_t each = model.inputChannels() * size[0] * size[1];
    const int64_t targets = model.outputEachStep() ? size[0] * size[1] : 1;
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
};

/// "mask.sigma=0.3": every element of every parameter whose path is that, or ends in it.
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

/// The time until each kept value was there: of `times` steps in a row, after one to warm up, each value's median.
Json timeValues(Model &model, const BatchView &batch, int64_t times) {
  Json values = Json::array();
  std::vector<std::vector<double>> taken;
  for (int64_t i = 0; i <= times; ++i) {
    size_t number = 0;
    auto last = Clock::now();
    model.lossAndGrad(batch, 0, [&](const flexrt_observation &seen) {
      const double ms = millisecondsSince(last);
      if (i == 0) {
        const std::string path = seen.path, operation = seen.operation;
        values.push_back({{"path", operation == "relayout" ? path + " (layout)" : path},
                          {"ms", ms},
                          {"operation", operation},
                          {"backward", seen.backward == 1},
                          {"channels", seen.channels},
                          {"points", seen.rows * seen.valid}});
        taken.emplace_back();
      } else {
        taken[number].push_back(ms);
      }
      ++number;
      last = Clock::now();
    });
  }
  for (size_t number = 0; number < taken.size(); ++number) {
    std::vector<double> &each = taken[number];
    std::nth_element(each.begin(), each.begin() + each.size() / 2, each.end());
    values[number]["ms"] = each[each.size() / 2];
  }
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
  result["step_ms"] = repeat(arguments.repeat, [&](int64_t) { stepper.run(batch.view, 0); });
  result["evaluate_ms"] = repeat(arguments.repeat, [&](int64_t) { model.forward(batch.view, output); });
  if (arguments.values)
    result["values"] = timeValues(model, batch.view, arguments.repeat);
  std::printf("%s\n", result.dump().c_str());
  return int(ExitCode::ok);
}

} // namespace flexrt
