/// The training loop: epochs of steps, validation, the log, checkpoints, and the result.
#pragma once

#include "flexrt/checkpoint/Checkpoint.h"
#include "flexrt/core/AtomicFile.h"
#include "flexrt/report/Progress.h"
#include "flexrt/train/Data.h"
#include "flexrt/train/RunFolder.h"
#include "flexrt/train/Step.h"

#include <chrono>
#include <nlohmann/json.hpp>

namespace flexrt {

class Trainer {
public:
  /// `model` holds the parameters to go on from, `state` where the run is; the log is cut to what `state` says.
  Trainer(Model &model, const Config &config, const TrainingData &data, RunFolder folder, Origin origin,
          TrainState state, Progress &progress);

  /// Trains to the end, then evaluates the epoch that counts on the test split and writes the record. Throws
  /// Interrupted after saving if a signal asked to stop; Error for everything that goes wrong, with the last checkpoint
  /// intact.
  nlohmann::ordered_json run();

private:
  void trainEpoch();
  void finishEpoch();
  bool judge(const Scalars &scalars);
  void countStalls(const Scalars &judged);
  bool stopsEarly() const;
  nlohmann::ordered_json finish();
  void saveLast();
  bool saveIsDue() const;
  void showStep(const StepResult &result);
  void noteLastStep(const StepResult &result, const Buffer &before);
  double secondsSoFar() const;

  Model &model_;
  const Config &config_;
  const TrainingData &data_;
  RunFolder folder_;
  Origin origin_;
  TrainState state_;
  Progress &progress_;
  Stepper stepper_;
  AppendFile log_;
  int64_t stepsPerEpoch_, totalSteps_;
  std::optional<StallRule> stallRule_;
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_, lastSave_;
  double secondsBefore_;
  int64_t lastSaveStep_;
};

/// {"loss": 0.1, ...}
nlohmann::ordered_json scalarsJson(const Model &model, const Scalars &scalars);
/// {"conv1": [5, 5], ...}
nlohmann::ordered_json kernelSizesJson(const Model &model);

} // namespace flexrt
