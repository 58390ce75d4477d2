#include "flexrt/report/Profile.h"

#include <algorithm>
#include <chrono>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The convolution that `path` is, or lies below.
const flexrt_layer *layerOf(const flexrt_network &network, const std::string &path) {
  for (int32_t i = 0; i < network.layer_count; ++i) {
    const std::string layer = network.layers[i].path;
    if (path == layer || path.starts_with(layer + "."))
      return &network.layers[i];
  }
  return nullptr;
}

std::string kernelText(const Model &model, const flexrt_layer &layer) {
  const int64_t *size = model.extents[size_t(layer.taps)].size;
  std::string text = std::to_string(size[0]);
  for (int32_t axis = 1; axis < model.network.spaces[layer.taps].rank; ++axis)
    text += "x" + std::to_string(size[axis]);
  return text;
}

} // namespace

TimedPass timePass(Model &model, const BatchView &batch) {
  TimedPass pass;
  const auto start = Clock::now();
  double last = 0;
  model.lossAndGrad(batch, 0, [&](const flexrt_observation &seen) {
    const double now = since(start);
    pass.values.push_back({seen.path, seen.place, seen.operation, seen.algorithm, seen.backward == 1, seen.channels,
                           seen.rows * seen.valid, seen.flops, seen.bytes, last, now - last});
    last = since(start); // what it took to note this is nobody's
  });
  pass.ms = since(start);
  return pass;
}

TimedPass medianPass(const std::vector<TimedPass> &passes) {
  TimedPass result = passes.front();
  std::vector<double> times;
  for (size_t i = 0; i < result.values.size(); ++i) {
    times.clear();
    for (const TimedPass &pass : passes)
      times.push_back(pass.values[i].ms);
    result.values[i].ms = median(times);
  }
  times.clear();
  for (const TimedPass &pass : passes)
    times.push_back(pass.ms);
  result.ms = median(times);
  return result;
}

std::vector<ProfileRow> profileRows(const Model &model, const TimedPass &pass, const MachineRates &rates) {
  std::vector<ProfileRow> rows;
  for (const TimedValue &value : pass.values) {
    const flexrt_layer *layer = layerOf(model.network, value.path);
    const std::string path = layer ? layer->path : value.path;
    auto row = std::find_if(rows.begin(), rows.end(), [&](const ProfileRow &r) { return r.path == path; });
    if (row == rows.end()) {
      rows.push_back({path, layer ? layer->place : value.place, layer ? kernelText(model, *layer) : "", {}});
      row = rows.end() - 1;
    }
    (value.backward ? row->backward : row->forward) += value.ms;
    row->flops += value.flops;
    row->bytes += value.bytes;
    row->least += 1e3 * rates.least(value.flops, value.bytes);
    if (!value.algorithm.empty())
      row->algorithms.insert(value.algorithm);
  }
  return rows;
}

Json traceJson(const TimedPass &pass, const std::string &name) {
  Json events = Json::array();
  events.push_back({{"name", "process_name"}, {"ph", "M"}, {"pid", 1}, {"args", {{"name", name}}}});
  events.push_back(
      {{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", 1}, {"args", {{"name", "training step"}}}});
  for (const TimedValue &value : pass.values) {
    Json details = {{"place", value.place},       {"operation", value.operation}, {"channels", value.channels},
                    {"points", value.points}, {"flops", value.flops},         {"bytes", value.bytes}};
    if (!value.algorithm.empty())
      details["algorithm"] = value.algorithm;
    events.push_back({{"name", value.path + " " + value.operation},
                      {"cat", value.backward ? "backward" : "forward"},
                      {"ph", "X"},
                      {"ts", 1e3 * value.start},
                      {"dur", 1e3 * value.ms},
                      {"pid", 1},
                      {"tid", 1},
                      {"args", details}});
  }
  return {{"traceEvents", events}, {"displayTimeUnit", "ms"}};
}

} // namespace flexrt
