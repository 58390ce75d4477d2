/// `profile`: what each layer of a training step takes on a random batch, forward and backward, and how near that is to what
/// this machine could do; as a table, as JSON, and as a trace of one step.
#include "flexrt/cli/Session.h"
#include "flexrt/cli/Table.h"
#include "flexrt/cli/Workload.h"
#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Pool.h"
#include "flexrt/report/Profile.h"
#include "flexrt/train/Step.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// What was measured.
struct Measured {
  MachineRates rates;
  std::vector<TimedPass> passes;
  double step = 0; ///< milliseconds of a whole step: with checks and optimisers
};

Measured measure(Model &model, const BatchView &batch, int64_t repeat) {
  Measured result;
  Stepper stepper(model, {});
  stepper.run(batch, 0); // warms up; `now` stays 0, where warm-up schedules have no rate yet
  std::vector<double> steps;
  for (int64_t i = 0; i < repeat; ++i) {
    const auto start = Clock::now();
    stepper.run(batch, 0);
    steps.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    result.passes.push_back(timePass(model, batch));
  }
  std::sort(steps.begin(), steps.end());
  result.step = steps[steps.size() / 2];
  result.rates = measureRates(model.dtype());
  return result;
}

void prepare(const Context &context, Session &session, const ProfileArguments &arguments) {
  Model &model = session.model;
  std::string why;
  const auto size = findDataSize(context, session, arguments.size, why);
  if (!size)
    throw Error("a profile needs the size of the data: " + why, "or give one with --size");
  model.setDataSize(*size, session.trainedSize[0] > 0 ? session.trainedSize : *size);
  for (const std::string &assignment : arguments.set)
    setParameters(model, assignment);
  model.settings = session.config.settingValues(1000);
  model.updateSizes();
  checkRequirements(model, "before the first step");
}

std::string joined(const std::set<std::string> &words) {
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : "+") + word;
  return text;
}

Json layersJson(const std::vector<ProfileRow> &rows) {
  Json layers = Json::array();
  for (const ProfileRow &row : rows) {
    Json layer = {{"path", row.path}, {"place", row.place}};
    if (!row.kernel.empty())
      layer["kernel"] = row.kernel;
    if (!row.algorithms.empty())
      layer["algorithm"] = joined(row.algorithms);
    layer["forward_ms"] = row.forward;
    layer["backward_ms"] = row.backward;
    layer["flops"] = row.flops;
    layer["bytes"] = row.bytes;
    layer["least_ms"] = row.least;
    layers.push_back(layer);
  }
  return layers;
}

std::string number(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

void printRows(const std::vector<ProfileRow> &rows, double whole) {
  const bool known =
      std::any_of(rows.begin(), rows.end(), [](const ProfileRow &row) { return !row.algorithms.empty(); });
  std::vector<std::vector<std::string>> cells = {
      {"layer", "forward ms", "backward ms", "share", "FLOP", "bytes", "of roofline", "kernel"}};
  if (known)
    cells[0].push_back("algorithm");
  cells[0].push_back("place");
  for (const ProfileRow &row : rows) {
    const double both = row.forward + row.backward;
    cells.push_back({row.path, number(row.forward, 2), number(row.backward, 2), number(100 * both / whole, 1) + " %",
                     amount(double(row.flops)), amount(double(row.bytes)),
                     both > 0 ? number(100 * row.least / both, 0) + " %" : "", row.kernel});
    if (known)
      cells.back().push_back(joined(row.algorithms));
    cells.back().push_back(std::filesystem::path(row.place).filename());
  }
  printTable(cells);
}

} // namespace

int runProfile(const Context &context, const ProfileArguments &arguments) {
  const Words words(arguments.words);
  Session session = openSession(context, words, arguments.checkpoint);
  prepare(context, session, arguments);
  Model &model = session.model;
  const RandomBatch batch(model, arguments.batch);
  const Measured measured = measure(model, batch.view, arguments.repeat);
  const TimedPass median = medianPass(measured.passes);
  const std::vector<ProfileRow> rows = profileRows(model, median, measured.rates);
  const std::string size = sizeText(model.dataSize().data(), model.inputRank());

  if (!arguments.trace.empty()) {
    const auto shortest = std::min_element(measured.passes.begin(), measured.passes.end(),
                                           [](const TimedPass &a, const TimedPass &b) { return a.ms < b.ms; });
    const std::string name = std::string(context.program.source) + ", batch " + std::to_string(arguments.batch);
    writeFileAtomically(arguments.trace, traceJson(*shortest, name).dump() + "\n");
  }
  if (arguments.json) {
    const Json result = {{"experiment", model.network.name},
                         {"size", size},
                         {"batch", arguments.batch},
                         {"threads", threads()},
                         {"flops_per_second", measured.rates.flops},
                         {"bytes_per_second", measured.rates.bytes},
                         {"cached_bytes_per_second", measured.rates.cached},
                         {"step_ms", measured.step},
                         {"loss_and_grad_ms", median.ms},
                         {"layers", layersJson(rows)}};
    std::printf("%s\n", result.dump(2).c_str());
    return int(ExitCode::ok);
  }
  std::printf("%s: %s, batch %ld of %s, %d threads; this machine: %sFLOP/s, %sB/s\n", model.network.name,
              model.network.architecture, long(arguments.batch), size.c_str(), threads(),
              amount(measured.rates.flops).c_str(), amount(measured.rates.bytes).c_str());
  printRows(rows, median.ms);
  std::printf("loss and gradient %s ms; a step with its checks and optimisers %s ms\n", number(median.ms, 2).c_str(),
              number(measured.step, 2).c_str());
  return int(ExitCode::ok);
}

} // namespace flexrt
