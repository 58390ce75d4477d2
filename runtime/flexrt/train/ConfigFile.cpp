#include "flexrt/train/ConfigFile.h"

#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"
#include "flexrt/train/Data.h"

#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

void emitProgram(YAML::Emitter &out, const flexrt_program &program, const Model &model) {
  const flexrt_network &network = model.network;
  out << YAML::Key << "program" << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "source" << YAML::Value << program.source;
  out << YAML::Key << "source_hash" << YAML::Value << program.source_hash;
  out << YAML::Key << "compiler" << YAML::Value << program.compiler;
  out << YAML::Key << "cpu" << YAML::Value << program.cpu;
  out << YAML::Key << "interface" << YAML::Value << FLEXRT_ABI_VERSION;
  out << YAML::Key << "experiment" << YAML::Value << network.name;
  out << YAML::Key << "architecture" << YAML::Value << network.architecture;
  out << YAML::Key << "dtype" << YAML::Value << (model.dtype() == FLEXRT_F64 ? "f64" : "f32");
  out << YAML::Key << "lanes" << YAML::Value << network.lanes;
  out << YAML::EndMap;
}

void emitData(YAML::Emitter &out, const Config &config, const TrainingData &data) {
  const DatasetShape &shape = data.train->shape();
  out << YAML::Key << "data" << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "description" << YAML::Value << YAML::Flow << YAML::Load(config.data());
  out << YAML::Key << "size" << YAML::Value << YAML::Flow
      << std::vector<int64_t>(shape.size.begin(), shape.size.begin() + shape.rank);
  out << YAML::Key << "train_samples" << YAML::Value << data.split.train.size();
  out << YAML::Key << "held_out_samples" << YAML::Value << data.split.heldOut.size();
  out << YAML::Key << "test_samples" << YAML::Value << data.test->shape().samples;
  out << YAML::EndMap;
}

void emitPlan(YAML::Emitter &out, Model &model, const Config &config, const TrainingData &data) {
  const int64_t part = (data.batch + config.accumulate - 1) / config.accumulate;
  out << YAML::Key << "plan" << YAML::Value << YAML::Block << YAML::BeginMap;
  out << YAML::Key << "steps_per_epoch" << YAML::Value << data.stepsPerEpoch();
  out << YAML::Key << "steps" << YAML::Value << config.lengthInSteps(data.stepsPerEpoch());
  out << YAML::Key << "workspace_bytes" << YAML::Value << model.workspaceBytes(part, true);
  out << YAML::Key << "kernels_at_start" << YAML::Value << YAML::Block << YAML::BeginMap;
  for (int32_t i = 0; i < model.network.layer_count; ++i) {
    const flexrt_layer &layer = model.network.layers[i];
    const flexrt_extent &extent = model.extents[size_t(layer.taps)];
    out << YAML::Key << layer.path << YAML::Value << YAML::Flow
        << std::vector<int64_t>(extent.size, extent.size + model.network.spaces[layer.taps].rank);
  }
  out << YAML::EndMap << YAML::EndMap;
}

} // namespace

void writeConfigFile(const std::filesystem::path &path, const flexrt_program &program, Model &model,
                     const Config &config, const TrainingData &data, const std::vector<Resumption> &resumptions) {
  YAML::Emitter out;
  out << YAML::Comment("everything that decided this run; 'resume' reads it") << YAML::BeginMap;
  emitProgram(out, program, model);
  for (const bool ofNetwork : {true, false}) {
    out << YAML::Key << (ofNetwork ? "settings" : "run") << YAML::Value << YAML::BeginMap;
    for (const Config::Entry &entry : config.entries())
      if (entry.ofNetwork == ofNetwork)
        out << YAML::Key << entry.key << YAML::Value << entry.value;
    out << YAML::EndMap;
  }
  emitData(out, config, data);
  emitPlan(out, model, config, data);
  if (!resumptions.empty()) {
    out << YAML::Key << "resumed" << YAML::Value << YAML::BeginSeq;
    for (const Resumption &resumption : resumptions)
      out << YAML::Flow << YAML::BeginMap << YAML::Key << "step" << YAML::Value << resumption.step << YAML::Key << "set"
          << YAML::Value << resumption.assignments << YAML::EndMap;
    out << YAML::EndSeq;
  }
  out << YAML::EndMap;
  writeFileAtomically(path, std::string(out.c_str()) + "\n");
}

StoredConfig readConfigFile(const std::filesystem::path &path) {
  StoredConfig stored;
  try {
    const YAML::Node root = YAML::Load(readFile(path));
    stored.experiment = root["program"]["experiment"].as<std::string>();
    for (const char *section : {"settings", "run"})
      for (const auto &item : root[section])
        stored.keys.emplace_back(item.first.as<std::string>(), item.second.as<std::string>());
    for (const auto &item : root["resumed"])
      stored.resumptions.push_back({item["step"].as<int64_t>(), item["set"].as<std::vector<std::string>>()});
  } catch (const YAML::Exception &error) {
    throw Error("'" + path.string() + "' is damaged: " + error.what(), "restore it, or start a new run");
  }
  return stored;
}

} // namespace flexrt
