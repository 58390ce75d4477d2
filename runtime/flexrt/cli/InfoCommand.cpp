/// `info`: what is in the program, what can be set, and what it costs, before anything is trained.
#include "flexrt/cli/Table.h"
#include "flexrt/cli/TrainRun.h"
#include "flexrt/core/Error.h"
#include "flexrt/train/Trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;

/// What a process takes for itself once its libraries are loaded: stacks, tables, code that is read in.
constexpr int64_t processBytes = int64_t{3} << 20;

std::string shapeText(const flexrt_parameter &p) {
  std::string text;
  for (int32_t axis = 0; axis < p.axes; ++axis)
    text += (axis ? "x" : "") + std::to_string(p.shape[axis]);
  return p.axes ? text : "scalar";
}

/// Elements of all parameters below `path`.
int64_t parametersBelow(const flexrt_network &network, const std::string &path) {
  int64_t count = 0;
  for (int32_t i = 0; i < network.parameter_count; ++i)
    if (std::string(network.parameters[i].path).starts_with(path + "."))
      count += network.parameters[i].count;
  return count;
}

int64_t allParameters(const flexrt_network &network) {
  int64_t count = 0;
  for (int32_t i = 0; i < network.parameter_count; ++i)
    count += network.parameters[i].count;
  return count;
}

Json layerJson(const Model &model, const flexrt_layer &layer) {
  const flexrt_extent &taps = model.extents[size_t(layer.taps)], &data = model.extents[size_t(layer.data)];
  const int rank = model.network.spaces[layer.taps].rank;
  const int64_t tapCount = taps.size[0] * taps.size[1], points = data.size[0] * data.size[1];
  Json json = {{"path", layer.path}, {"place", layer.place}, {"in", layer.in}, {"out", layer.out}};
  json["shape"] = std::to_string(layer.out) + "x" + sizeText(data.size, rank);
  json["parameters"] = parametersBelow(model.network, layer.path);
  json["macs"] = layer.in * layer.out * tapCount * points;
  json["kernel"] = sizeText(taps.size, rank);
  json["kernel_at_most"] = sizeText(taps.grid, rank);
  json["kernel_bytes"] = layer.in * layer.out * tapCount * Buffer::elementBytes(model.dtype());
  return json;
}

/// A kernel that is sampled on k points of [-1, 1] shows frequencies up to (k - 1) / 4.
double nyquist(int64_t points) { return double(points - 1) / 4; }

/// The band limit of a layer's kernel against its grid, for the axis where least is left.
Json bandJson(Model &model, int32_t index) {
  const flexrt_layer &layer = model.network.layers[index];
  const int64_t *grid = model.extents[size_t(layer.taps)].grid;
  Json json = {{"path", layer.path}};
  const std::vector<double> bound = model.bandLimit(index);
  if (bound.empty()) {
    json["no_band"] = layer.no_band[0] ? layer.no_band : "its kernel depends on data";
    return json;
  }
  size_t worst = 0;
  for (size_t axis = 1; axis < bound.size(); ++axis)
    if (bound[axis] - nyquist(grid[axis]) > bound[worst] - nyquist(grid[worst]))
      worst = axis;
  json["band"] = bound;
  json["nyquist"] = nyquist(grid[worst]);
  json["grid"] = sizeText(grid, model.network.spaces[layer.taps].rank);
  json["resolved"] = bound[worst] <= nyquist(grid[worst]);
  json["points_needed"] = int64_t(std::ceil(4 * bound[worst])) + 1;
  return json;
}

void printBands(const Json &info) {
  std::vector<std::vector<std::string>> rows = {{"layer", "grid", "highest frequency", "Nyquist", ""}};
  for (const Json &layer : info["bands"]) {
    if (layer.contains("no_band")) {
      rows.push_back({layer["path"], "", "-", "", "no bound: " + layer["no_band"].get<std::string>()});
      continue;
    }
    char number[32];
    std::string bound;
    for (const Json &axis : layer["band"]) {
      std::snprintf(number, sizeof number, "%s%.3f", bound.empty() ? "" : " x ", axis.get<double>());
      bound += number;
    }
    std::snprintf(number, sizeof number, "%.2f", layer["nyquist"].get<double>());
    rows.push_back({layer["path"], layer["grid"], bound, number,
                    layer["resolved"] ? "resolved"
                                      : "aliases: needs " + std::to_string(layer["points_needed"].get<int64_t>()) +
                                            " points an axis"});
  }
  std::printf("\nkernels of %s at %s, in cycles per unit of the grid on [-1, 1]; windows count to two standard deviations\n",
              info["experiment"].get<std::string>().c_str(), info["size"].get<std::string>().c_str());
  printTable(rows);
}

void printSettings(const Config &config) {
  for (const bool ofNetwork : {true, false}) {
    std::printf("\n%s\n", ofNetwork ? "settings of the network (key=value)" : "settings of the run (key=value)");
    for (const Config::Entry &entry : config.entries())
      if (entry.ofNetwork == ofNetwork)
        std::printf("  %-24s %-14s %s\n", entry.key.c_str(), entry.value.empty() ? "-" : entry.value.c_str(),
                    entry.help.c_str());
  }
  std::printf("  %-24s %-14s %s\n", "data.<key>", "-", "a key of the data set, for example data.size=32");
}

void printLayers(const Json &info) {
  std::vector<std::vector<std::string>> rows = {
      {"layer", "in", "out", "output", "parameters", "MACs", "kernel", "at most", "kernel bytes"}};
  for (const Json &layer : info["layers"])
    rows.push_back({layer["path"], std::to_string(layer["in"].get<int64_t>()),
                    std::to_string(layer["out"].get<int64_t>()), layer["shape"],
                    std::to_string(layer["parameters"].get<int64_t>()), amount(layer["macs"].get<double>()),
                    layer["kernel"], layer["kernel_at_most"], amount(layer["kernel_bytes"].get<double>())});
  rows.push_back({"in all", "", "", "", std::to_string(info["parameters"].get<int64_t>()),
                  amount(info["macs"].get<double>()), "", "", ""});
  std::printf("\nconvolutions, for one sample of %s\n", info["size"].get<std::string>().c_str());
  printTable(rows);
}

void printParameters(const flexrt_network &network) {
  std::printf("\nparameters outside of convolutions\n");
  std::vector<std::vector<std::string>> rows = {{"path", "shape", "parameters"}};
  for (int32_t i = 0; i < network.parameter_count; ++i) {
    const flexrt_parameter &p = network.parameters[i];
    const bool inLayer =
        std::any_of(network.layers, network.layers + network.layer_count, [&](const flexrt_layer &layer) {
          return std::string(p.path).starts_with(std::string(layer.path) + ".");
        });
    if (!inLayer)
      rows.push_back({p.path, shapeText(p), std::to_string(p.count)});
  }
  printTable(rows);
}

void addCosts(Json &info, Session &session, std::array<int64_t, 2> size) {
  Model &model = session.model;
  const int64_t batch = session.config.batch(),
                part = (batch + session.config.accumulate - 1) / session.config.accumulate;
  model.settings = session.config.settingValues(1);
  model.setDataSize(size, session.trainedSize[0] > 0 ? session.trainedSize : size);
  info["size"] = sizeText(size.data(), model.inputRank());
  int64_t macs = 0;
  info["layers"] = Json::array();
  for (int32_t i = 0; i < model.network.layer_count; ++i) {
    info["layers"].push_back(layerJson(model, model.network.layers[i]));
    macs += info["layers"].back()["macs"].get<int64_t>();
  }
  info["macs"] = macs;
  info["bands"] = Json::array();
  for (int32_t i = 0; i < model.network.layer_count; ++i)
    info["bands"].push_back(bandJson(model, i));
  int64_t copies = 2; // parameters and gradients, and the optimiser's moments
  for (const auto &group : model.moments)
    copies = std::max(copies, int64_t(2 + group.size()));
  info["parameter_bytes"] = copies * model.network.parameter_elements * Buffer::elementBytes(model.dtype());
  info["workspace_bytes_training"] = model.workspaceBytes(part, true);
  info["workspace_bytes_evaluation"] = model.workspaceBytes(batch, false);
  const int64_t element = Buffer::elementBytes(model.dtype()), output = batch * model.outputElements() * element;
  const int64_t input = batch * model.inputChannels() * size[0] * size[1] * element;
  const int64_t values = (copies * model.network.parameter_elements + 2 * model.network.state_elements) * element;
  const auto inAll = [&](const char *workspace, int64_t outputs) {
    return Memory::rounded(values) + input + outputs * output + Memory::rounded(info[workspace].get<int64_t>()) +
           processBytes;
  };
  info["bytes_training"] = inAll("workspace_bytes_training", 1);
  info["bytes_evaluation"] = inAll("workspace_bytes_evaluation", 1);
}

Json describe(const flexrt_program &program, const flexrt_network &network) {
  Json info = {{"source", program.source},
               {"source_hash", program.source_hash},
               {"compiler", program.compiler},
               {"cpu", program.cpu},
               {"experiment", network.name},
               {"architecture", network.architecture},
               {"dtype", network.dtype == FLEXRT_F64 ? "f64" : "f32"}};
  info["experiments"] = Json::array();
  for (int32_t i = 0; i < program.network_count; ++i)
    info["experiments"].push_back(program.networks[i]->name);
  info["parameters"] = allParameters(network);
  return info;
}

void printHead(const Json &info, const Config &config) {
  const auto text = [&](const char *key) { return info[key].get<std::string>(); };
  std::printf("%s, compiled by %s for %s, %s\nexperiments:", text("source").c_str(), text("compiler").c_str(),
              text("cpu").c_str(), text("dtype").c_str());
  for (const Json &name : info["experiments"])
    std::printf(" %s%s", name.get<std::string>().c_str(), name == info["experiment"] ? " (below)" : "");
  std::printf("\n%s: %s, %ld parameters; data %s\n", text("experiment").c_str(), text("architecture").c_str(),
              long(info["parameters"].get<int64_t>()), config.data().c_str());
}

void printMemory(const Json &info, int64_t batch) {
  const auto bytes = [&](const char *key) { return amount(info[key].get<double>()) + "B"; };
  std::printf("\nmemory at batch %ld: %s for training, %s for evaluation, and the data set; of it parameters, gradients and "
              "moments %s, workspace %s and %s\n",
              long(batch), bytes("bytes_training").c_str(), bytes("bytes_evaluation").c_str(),
              bytes("parameter_bytes").c_str(), bytes("workspace_bytes_training").c_str(),
              bytes("workspace_bytes_evaluation").c_str());
}

Json describePlan(const Plan &plan) {
  Json stages = Json::array();
  for (const Plan::Stage &stage : plan.stages)
    stages.push_back({{"name", stage.name},
                      {"round", plan.roundOf(stage)},
                      {"does", stage.trains ? "train" : "evaluate"},
                      {"network", stage.network},
                      {"from", stage.from < 0 ? Json() : Json(stage.from + 1)},
                      {"set", stage.assignments}});
  return stages;
}

void printPlan(const Plan &plan, const Json &stages) {
  std::vector<std::vector<std::string>> table = {{plan.name, "stage", "round", "does", "from", "with"}};
  for (const Json &stage : stages) {
    std::string set;
    for (const Json &assignment : stage["set"])
      set += (set.empty() ? "" : " ") + assignment.get<std::string>();
    table.push_back({std::to_string(table.size()), stage["name"], stage["round"],
                     stage["does"].get<std::string>() + " " + stage["network"].get<std::string>(),
                     stage["from"].is_null() ? "" : stage["from"].dump(), set});
  }
  printTable(table);
  std::printf("\n");
}

} // namespace

int runInfo(const Context &context, const InfoArguments &arguments) {
  Words words(arguments.words);
  const std::optional<Plan> plan = findPlan(context, words);
  if (plan)
    words.experiment = plan->stages.front().network;
  Session session = openSession(context, words, arguments.checkpoint);
  Json info = describe(context.program, session.network);
  if (plan)
    info["stages"] = describePlan(*plan);
  std::string why;
  if (!arguments.size.empty() && !arguments.resolution.empty())
    throw Error("--size and --resolution say the same", "give one of them", ExitCode::usage);
  const auto size =
      findDataSize(context, session, arguments.resolution.empty() ? arguments.size : arguments.resolution, why);
  if (size)
    addCosts(info, session, *size);
  if (arguments.json) {
    for (const Config::Entry &entry : session.config.entries())
      info["settings"][entry.key] = entry.value;
    std::printf("%s\n", info.dump(2).c_str());
    return int(ExitCode::ok);
  }
  if (arguments.onlyBands) {
    if (arguments.resolution.empty())
      throw Error("--only-bands needs a --resolution", "for example --resolution 32", ExitCode::usage);
    printBands(info);
    return int(ExitCode::ok);
  }
  if (plan)
    printPlan(*plan, info["stages"]);
  printHead(info, session.config);
  if (size && session.network.layer_count > 0)
    printLayers(info);
  if (size && !arguments.resolution.empty() && session.network.layer_count > 0)
    printBands(info);
  printParameters(session.network);
  if (size)
    printMemory(info, session.config.batch());
  else
    std::printf("\nsizes and costs need a size: %s; or give one with --size\n", why.c_str());
  printSettings(session.config);
  return int(ExitCode::ok);
}

} // namespace flexrt
