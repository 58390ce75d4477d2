/// `train` and `resume`.
#include "flexrt/cli/TrainRun.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Pool.h"
#include "flexrt/core/Signals.h"
#include "flexrt/data/Preparation.h"
#include "flexrt/train/Evaluation.h"
#include "flexrt/train/Program.h"
#include "flexrt/train/Trainer.h"

#include <cstdio>

namespace flexrt {
namespace {

/// Sizes, settings and the first kernel sizes, for the data at hand.
void prepareModel(Model &model, const Config &config, const TrainingData &data, std::array<int64_t, 2> trained) {
  model.settings = config.settingValues(data.stepsPerEpoch());
  model.preparation = data.train->preparation().describe();
  model.setDataSize(data.train->shape().size, trained[0] > 0 ? trained : data.train->shape().size);
}

/// What the first step takes is known, and on disk, before it is done.
void chooseAlgorithms(Model &model, const Config &config, const TrainingData &data) {
  model.chooseAlgorithms((data.batch + config.accumulate - 1) / config.accumulate, true);
  if (config.validation.onTest || !data.split.heldOut.empty())
    model.chooseAlgorithms(data.batch, false);
}

void printResult(const Context &context, const Model &model, const RunFolder &folder,
                 const nlohmann::ordered_json &record, Progress &progress) {
  std::string test;
  for (const auto &[name, value] : record["test"].items())
    if (value.is_number())
      test += "  " + name + " " + shortNumber(value.get<double>());
  const bool best = record["checkpoint"] == "best";
  progress.line("test:" + test + "   (" +
                (best ? "epoch " + std::to_string(record["best_epoch"].get<int64_t>()) + ", chosen by " +
                            record["chosen_by"].get<std::string>()
                      : std::string("the last epoch")) +
                ")");
  if (record.contains("note"))
    progress.line("note: " + record["note"].get<std::string>());
  progress.line("run:  " + folder.path.string() + "   (config.yaml, log.jsonl, record.json, checkpoints/)");
  std::string next = "next: ./" + context.name + " eval --checkpoint " + folder.path.string();
  if (model.network.layer_count > 0)
    next += "  |  ./" + context.name + " kernels --checkpoint " + folder.path.string() + " -o kernels.png";
  progress.line(next);
}

int train(const Context &context, Session &session, const TrainingData &data, const RunFolder &folder,
          TrainState state) {
  Progress progress(stdout);
  const Origin origin = Origin::of(context.program, session.network);
  try {
    Trainer trainer(session.model, session.config, data, folder, origin, std::move(state), progress);
    catchStopSignals();
    printResult(context, session.model, folder, trainer.run(), progress);
    return int(ExitCode::ok);
  } catch (const Interrupted &) {
    progress.line("stopped and saved: ./" + context.name + " resume " + folder.path.string());
    return int(ExitCode::interrupted);
  } catch (const Error &error) {
    throw Error(std::string(error.what()) + " (run " + folder.path.string() + ")", error.hint(), error.code());
  }
}

void removeLeftovers(const RunFolder &folder) {
  for (const auto &parent : {folder.path, folder.checkpoints()})
    for (const auto &entry : std::filesystem::directory_iterator(parent))
      if (entry.path().filename().string().find(".tmp") != std::string::npos)
        std::filesystem::remove(entry.path());
}

/// What may be changed when a run goes on: the network's settings, and what does not decide the order of samples.
void checkMayChange(const Config &config, const std::string &assignment) {
  const std::string key = config.resolve(assignment.substr(0, assignment.find('=')));
  for (const Config::Entry &entry : config.entries())
    if (entry.key == key && entry.ofNetwork)
      return;
  for (const char *allowed : {"threads", "spectra", "data.root", "checkpoint.every", "length", "epochs", "stop"})
    if (key == allowed)
      return;
  throw Error("'" + key + "' of a run that has begun cannot be changed",
              "start a new run from its parameters: train --from <run folder> " + assignment, ExitCode::usage);
}

} // namespace

int startRun(const Context &context, const Words &words, const std::string &from,
             const std::function<RunFolder(const Session &)> &makeFolder, const std::string &newHead) {
  Session session(context, words);
  const TrainingData data(context.data, session.config, session.model);
  session.config.lengthInSteps(data.stepsPerEpoch()); // asked for before a folder is made
  std::array<int64_t, 2> trained = {0, 0}; // kernels stay those of the size that they were made for
  if (!from.empty()) {
    const FoundCheckpoint checkpoint = findCheckpoint(context, Words({}), from);
    trained = loadParameters(session.model, checkpoint.file, checkpoint.path, newHead);
  }
  prepareModel(session.model, session.config, data, trained);
  checkRequirements(session.model, "at the start");
  const RunFolder folder = makeFolder(session);
  session.model.algorithms.recordTo(folder.algorithms());
  chooseAlgorithms(session.model, session.config, data);
  writeConfigFile(folder.config(), context.program, session.model, session.config, data, {});
  std::printf("%s: %zu training samples, %zu held out, %ld for the test; %ld steps an epoch; %d threads; %s\n",
              session.network.name, data.split.train.size(), data.split.heldOut.size(),
              long(data.test->shape().samples), long(data.stepsPerEpoch()), threads(), folder.path.c_str());
  std::fflush(stdout);
  return train(context, session, data, folder, {});
}

int continueRun(const Context &context, const RunFolder &folder, const std::vector<std::string> &changes) {
  FoundCheckpoint checkpoint{folder.last(), readSafetensors(folder.last()), readConfigFile(folder.config())};
  Words words({});
  words.experiment = checkpoint.config->experiment;
  words.assignments = changes;
  Session session(context, words, checkpoint);
  for (const std::string &assignment : changes)
    checkMayChange(session.config, assignment);
  const Origin origin = Origin::of(context.program, session.network);
  TrainState state = loadCheckpoint(session.model, checkpoint.file, origin, checkpoint.path);
  const TrainingData data(context.data, session.config, session.model);
  prepareModel(session.model, session.config, data, session.trainedSize);
  removeLeftovers(folder);
  session.model.algorithms.recordTo(folder.algorithms());
  if (!changes.empty()) {
    auto resumptions = checkpoint.config->resumptions;
    resumptions.push_back({state.step, changes});
    writeConfigFile(folder.config(), context.program, session.model, session.config, data, resumptions);
  }
  std::printf("%s: going on at step %ld of epoch %ld\n", folder.path.c_str(), long(state.step), long(state.epoch + 1));
  std::fflush(stdout);
  return train(context, session, data, folder, std::move(state));
}

int runTrain(const Context &context, const TrainArguments &arguments) {
  Words words(arguments.words);
  if (!arguments.resolution.empty())
    words.assignments.push_back(resizeAssignment(arguments.resolution));
  if (!arguments.newHead.empty() && arguments.from.empty())
    throw Error("--new-head is for parameters that come from somewhere", "train --from CHECKPOINT --new-head",
                ExitCode::usage);
  if (const std::optional<Plan> plan = findPlan(context, words)) {
    if (!arguments.from.empty())
      throw Error("'" + plan->name + "' has several stages, which begin where its source says",
                  "leave --from out, or train one stage: train " + plan->stages.front().network + " --from ...",
                  ExitCode::usage);
    return startPlan(context, *plan, words, arguments.asPaper);
  }
  if (arguments.asPaper) { // what the user says comes later, and wins
    const auto protocol = paperProtocol(findExperiment(context.program, words.experiment), words.assignments);
    words.assignments.insert(words.assignments.begin(), protocol.begin(), protocol.end());
  }
  const auto makeFolder = [&](const Session &session) {
    return RunFolder::create(session.config.runFolder, runName(context, session.network));
  };
  return startRun(context, words, arguments.from, makeFolder, arguments.newHead);
}

int runResume(const Context &context, const ResumeArguments &arguments) {
  const Words changes(arguments.words);
  if (!changes.experiment.empty())
    throw Error("'" + changes.experiment + "' is not key=value", "a run keeps its experiment", ExitCode::usage);
  if (isPlanFolder(arguments.run))
    return continuePlan(context, arguments.run, changes.assignments);
  const RunFolder folder{arguments.run};
  if (!std::filesystem::exists(folder.last()))
    throw Error("there is nothing to resume in '" + arguments.run + "'",
                "name a run folder, for example runs/" + context.name + "-0001");
  return continueRun(context, folder, changes.assignments);
}

} // namespace flexrt
