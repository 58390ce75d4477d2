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
#include <functional>
#include <map>
#include <yaml-cpp/yaml.h>

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
    const auto found = records_.find({experiment, picture});
    if (found == records_.end()) // a pattern is no picture of the command line
      return "-";
    const auto &value = found->second.at(quantity);
    return value.is_number() ? shortNumber(value.get<double>()) : "inf"; // JSON has no infinity: an exact fit
  }
  /// Over the pictures that the experiment was fitted to.
  std::string mean(const std::string &experiment, const char *quantity) const {
    double sum = 0;
    int64_t count = 0;
    for (const std::string &picture : pictures_) {
      const auto found = records_.find({experiment, picture});
      if (found == records_.end())
        continue;
      const auto &value = found->second.at(quantity);
      if (!value.is_number())
        return "inf";
      sum += value.get<double>();
      ++count;
    }
    return shortNumber(sum / double(count));
  }

  std::vector<std::string> experiments_, pictures_;
  std::map<std::pair<std::string, std::string>, nlohmann::ordered_json> records_;
};

/// One experiment on one picture.
struct Fit {
  Words words;
  std::string name; ///< of the picture; "": the experiment's own

  std::string title() const { return words.experiment + (name.empty() ? "" : " " + name); }
};

/// A fit that can begin: all that the user may have got wrong was found in order.
struct Prepared {
  Session session;
  std::unique_ptr<Dataset> rows;

  Prepared(const Context &context, const Words &words) : session(context, words) {
    Model &model = session.model;
    const Config &config = session.config;
    rows = context.data(config.data(), config.dataRoot, Split::train, config.seed);
    const DatasetShape &shape = rows->shape();
    if (!shape.picture)
      throw Error("'fit' is for experiments whose data is one picture, and '" + std::string(session.network.name) +
                      "' has a set of samples",
                  "train it, or give its recipe image(...) or pattern(...)", ExitCode::usage);
    checkDataFits(model, shape, "the picture");
    model.settings = config.settingValues((shape.samples + config.batch() - 1) / config.batch());
    model.setDataSize(shape.size, shape.size);
    checkRequirements(model, "at the start");
  }
};

nlohmann::ordered_json fitOne(const Context &context, const Fit &fit, const FitArguments &arguments, Progress &progress) {
  Prepared prepared(context, fit.words);
  Session &session = prepared.session;
  fs::path folder = fs::path(arguments.output) / fit.words.experiment;
  if (!fit.name.empty())
    folder /= fit.name;
  PictureFit picture(session.model, session.config, *prepared.rows, folder,
                     Origin::of(context.program, session.network), arguments.every);
  return picture.run([&](int64_t step, const FitQuality &quality) {
    progress.line(fit.title() + "  step " + std::to_string(step) + "  psnr " + shortNumber(quality.psnr()) + "  mse " +
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

/// What the experiment's data clause says with those settings.
YAML::Node clauseOf(const Context &context, const Words &words) {
  Config config(findExperiment(context.program, words.experiment));
  for (const std::string &assignment : words.assignments)
    config.assign(assignment);
  return YAML::Load(config.data());
}

/// The fits that the command line asks for, in their order. With --all those experiments that draw a pattern are fitted to it, once,
/// and those for which no picture is named are left out, which `tell` is told.
std::vector<Fit> fitsOf(const Context &context, const FitArguments &arguments, const Words &words,
                        const std::vector<std::string> &pictures, const std::function<void(const std::string &)> &tell) {
  std::vector<Fit> fits;
  const std::vector<std::string> experiments = experimentsOf(context, arguments, words);
  for (size_t p = 0; p < pictures.size(); ++p)
    for (const std::string &experiment : experiments) {
      Fit fit{words, fs::path(pictures[p]).stem()};
      fit.words.experiment = experiment;
      std::vector<std::string> &assignments = fit.words.assignments;
      const bool draws = clauseOf(context, Words({experiment}))["name"].as<std::string>() == "pattern";
      if (arguments.all && draws) {
        if (p > 0)
          continue;
        std::erase_if(assignments, [](const std::string &word) { return word.starts_with("data.file="); });
        fit.name.clear();
      } else if (!pictures[p].empty()) {
        assignments.push_back("data.file=" + fs::absolute(pictures[p]).string());
      }
      if (const YAML::Node clause = clauseOf(context, fit.words);
          arguments.all && clause["name"].as<std::string>() == "image" && !clause["file"]) {
        tell(experiment + ": left out, no picture is named for it (--pictures, or data.file=FILE)");
        continue;
      }
      fits.push_back(std::move(fit));
    }
  if (fits.empty())
    throw Error("no experiment has a picture", "--pictures names some", ExitCode::usage);
  return fits;
}

} // namespace

int runFit(const Context &context, const FitArguments &arguments) {
  std::vector<std::string> spoken = arguments.words;
  const std::vector<std::string> pictures = picturesOf(arguments, spoken);
  Words words(spoken);
  Progress progress(stdout);
  FitTable table;
  const std::vector<Fit> fits =
      fitsOf(context, arguments, words, pictures, [&](const std::string &line) { progress.line(line); });
  for (const Fit &fit : fits) // what is wrong with the last is said before the first begins
    Prepared(context, fit.words);
  catchStopSignals();
  try {
    for (const Fit &fit : fits)
      table.add(fit.words.experiment, fit.name.empty() ? "picture" : fit.name,
                fitOne(context, fit, arguments, progress));
  } catch (const Interrupted &) {
    progress.line("stopped and saved: the same command goes on");
    return int(ExitCode::interrupted);
  }
  table.print();
  return int(ExitCode::ok);
}

} // namespace flexrt
