/// `fit`: networks of positions fitted to pictures, one after the other, and a table of how well.
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Signals.h"
#include "flexrt/report/Progress.h"
#include "flexrt/train/Evaluation.h"
#include "flexrt/train/PictureFit.h"
#include "flexrt/train/Program.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace flexrt {
namespace {

namespace fs = std::filesystem;

/// Fits that were done: experiment, picture, record.
class FitTable {
public:
  void add(const std::string &experiment, const std::string &picture, const nlohmann::ordered_json &record) {
    if (std::find(experiments_.begin(), experiments_.end(), experiment) == experiments_.end())
      experiments_.push_back(experiment);
    if (std::find(pictures_.begin(), pictures_.end(), picture) == pictures_.end())
      pictures_.push_back(picture);
    records_[{experiment, picture}] = record;
  }

  void print() const {
    for (const char *quantity : {"psnr", "mse"}) {
      std::printf("\n%-24s", quantity);
      for (const std::string &experiment : experiments_)
        std::printf("  %12s", experiment.c_str());
      for (const std::string &picture : pictures_) {
        std::printf("\n%-24s", picture.c_str());
        for (const std::string &experiment : experiments_)
          std::printf("  %12s", number(experiment, picture, quantity).c_str());
      }
      if (pictures_.size() > 1) {
        std::printf("\n%-24s", "mean");
        for (const std::string &experiment : experiments_)
          std::printf("  %12s", mean(experiment, quantity).c_str());
      }
      std::printf("\n");
    }
  }

private:
  std::string number(const std::string &experiment, const std::string &picture, const char *quantity) const {
    const auto &value = records_.at({experiment, picture}).at(quantity);
    return value.is_number() ? shortNumber(value.get<double>()) : "inf"; // JSON has no infinity: an exact fit
  }
  std::string mean(const std::string &experiment, const char *quantity) const {
    double sum = 0;
    for (const std::string &picture : pictures_)
      if (const auto &value = records_.at({experiment, picture}).at(quantity); value.is_number())
        sum += value.get<double>();
      else
        return "inf";
    return shortNumber(sum / double(pictures_.size()));
  }

  std::vector<std::string> experiments_, pictures_;
  std::map<std::pair<std::string, std::string>, nlohmann::ordered_json> records_;
};

/// One experiment and one picture.
nlohmann::ordered_json fitOne(const Context &context, const Words &words, const fs::path &folder, int64_t every,
                              Progress &progress, const std::string &title) {
  Session session(context, words);
  Model &model = session.model;
  const Config &config = session.config;
  const auto rows = context.data(config.data(), config.dataRoot, Split::train, config.seed);
  const DatasetShape &shape = rows->shape();
  if (!shape.picture)
    throw Error("'fit' is for experiments whose data is one picture, and '" + std::string(session.network.name) +
                    "' has a set of samples",
                "train it, or give its recipe image(...) or pattern(...)", ExitCode::usage);
  checkDataFits(model, shape, "the picture");
  model.settings = config.settingValues((shape.samples + config.batch() - 1) / config.batch());
  model.setDataSize(shape.size, shape.size);
  checkRequirements(model, "at the start");
  PictureFit fit(model, config, *rows, folder, Origin::of(context.program, session.network), every);
  return fit.run([&](int64_t step, const FitQuality &quality) {
    progress.line(title + "  step " + std::to_string(step) + "  psnr " + shortNumber(quality.psnr()) + "  mse " +
                  shortNumber(quality.mse));
  });
}

std::vector<std::string> experimentsOf(const Context &context, const FitArguments &arguments, const Words &words) {
  std::vector<std::string> names;
  if (!arguments.all)
    return {findExperiment(context.program, words.experiment).name};
  if (!words.experiment.empty())
    throw Error("--all fits every experiment, and '" + words.experiment + "' names one", "", ExitCode::usage);
  for (int32_t i = 0; i < context.program.network_count; ++i)
    names.emplace_back(context.program.networks[i]->name);
  return names;
}

/// The pictures of the command line, all there before the first is fitted. A setting behind them is taken for one more by the
/// parser of options: it goes to `words`.
std::vector<std::string> picturesOf(const FitArguments &arguments, std::vector<std::string> &words) {
  std::vector<std::string> pictures;
  std::map<std::string, std::string> stems;
  for (const std::string &picture : arguments.pictures) {
    if (!fs::exists(picture)) {
      if (picture.find('=') == std::string::npos)
        throw Error("there is no picture '" + picture + "'", "--pictures takes PNG or npy files", ExitCode::usage);
      words.push_back(picture);
      continue;
    }
    if (const auto [other, isNew] = stems.try_emplace(fs::path(picture).stem(), picture); !isNew)
      throw Error("'" + picture + "' and '" + other->second + "' would share a folder", "rename one of them",
                  ExitCode::usage);
    pictures.push_back(picture);
  }
  if (pictures.empty())
    pictures = {""}; // the experiment's own
  return pictures;
}

} // namespace

int runFit(const Context &context, const FitArguments &arguments) {
  std::vector<std::string> spoken = arguments.words;
  const std::vector<std::string> pictures = picturesOf(arguments, spoken);
  Words words(spoken);
  Progress progress(stdout);
  FitTable table;
  catchStopSignals();
  const std::vector<std::string> experiments = experimentsOf(context, arguments, words);
  try {
    for (const std::string &picture : pictures)
      for (const std::string &experiment : experiments) {
        Words each = words;
        each.experiment = experiment;
        const std::string stem = fs::path(picture).stem();
        fs::path folder = fs::path(arguments.output) / experiment;
        if (!picture.empty()) {
          each.assignments.push_back("data.file=" + fs::absolute(picture).string());
          folder /= stem;
        }
        const std::string title = experiment + (stem.empty() ? "" : " " + stem);
        table.add(experiment, stem.empty() ? "picture" : stem,
                  fitOne(context, each, folder, arguments.every, progress, title));
      }
  } catch (const Interrupted &) {
    progress.line("stopped and saved: the same command goes on");
    return int(ExitCode::interrupted);
  }
  table.print();
  return int(ExitCode::ok);
}

} // namespace flexrt
