/// config.yaml of a run folder: everything that decides the run's numbers, written before the first step.
#pragma once

#include "flexrt/checkpoint/Checkpoint.h"
#include "flexrt/train/Config.h"

#include <filesystem>

namespace flexrt {

struct TrainingData;

/// What a resumption changed.
struct Resumption {
  int64_t step = 0;
  std::vector<std::string> assignments;
};

/// `model` has its sizes set. `earlier` are the resumptions so far.
void writeConfigFile(const std::filesystem::path &path, const flexrt_program &program, Model &model,
                     const Config &config, const TrainingData &data, const std::vector<Resumption> &resumptions);

/// The keys of a written file, for Config::set, and the experiment.
struct StoredConfig {
  std::string experiment;
  std::vector<std::pair<std::string, std::string>> keys;
  std::vector<Resumption> resumptions;
};
StoredConfig readConfigFile(const std::filesystem::path &path);

} // namespace flexrt
