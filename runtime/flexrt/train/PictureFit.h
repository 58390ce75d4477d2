/// Fits a network to one picture: training without epochs or validation, in a folder of its own.
#pragma once

#include "flexrt/checkpoint/Checkpoint.h"
#include "flexrt/core/AtomicFile.h"
#include "flexrt/train/Batches.h"
#include "flexrt/train/Config.h"
#include "flexrt/train/Step.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

namespace flexrt {

/// How good a picture is: the network's values as they are, and clamped to [0, 1].
struct FitQuality {
  double loss = 0; ///< of the recipe
  double mse = 0, clampedMse = 0;
  std::vector<double> values; ///< of the network, [channels][height][width]

  double psnr() const; ///< of `clampedMse` in dB, for values from 0 to 1
};

/// What is in the folder:
///   record.json            the result; the fit is done where it holds as many steps as are asked for
///   curve.jsonl            a line every `every` steps: step, mse, psnr, seconds
///   fit.png, target.png    of 1 or 3 channels; black is 0, or the target's least value if it has negative ones
///   settings.json          what decided the fit: another one needs another folder
///   last.safetensors, best.safetensors     states to go on from, and to use
class PictureFit {
public:
  /// `rows`: the picture (DatasetShape::picture). `model` has its settings and sizes, and is freshly initialised.
  PictureFit(Model &model, const Config &config, const Dataset &rows, std::filesystem::path folder, Origin origin,
             int64_t every);

  using Shown = std::function<void(int64_t step, const FitQuality &)>;
  /// Goes on with what lies in the folder, or starts. Calls `shown` for every line of the curve. Returns the record.
  /// Throws Interrupted after saving if a signal asked to stop.
  nlohmann::ordered_json run(const Shown &shown);

private:
  void checkSettings() const;
  void goOn();
  void learn(const Shown &shown);
  void step(const BatchView &batch, const Shown &shown);
  void keepIfBetter(double loss, const Buffer &parameters, const Buffer &states);
  /// The model's parameters and states against the best ones.
  void exchangeBest();
  void save();
  FitQuality evaluate();
  nlohmann::ordered_json finish();
  void writePictures(const FitQuality &quality) const;
  double seconds() const;

  Model &model_;
  const Config &config_;
  const Dataset &rows_;
  std::filesystem::path folder_;
  Origin origin_;
  int64_t every_, batch_, total_;
  bool whole_; ///< a step sees the whole picture: its loss is that of its parameters
  Stepper stepper_;
  TrainState state_; ///< bestEpoch is the best step
  Buffer bestParameters_, bestStates_;
  std::vector<double> target_; ///< [channels][height][width]
  std::unique_ptr<AppendFile> curve_;
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_, lastSave_;
};

} // namespace flexrt
