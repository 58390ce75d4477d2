#include "flexrt/cli/Session.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Pool.h"
#include "flexrt/train/Program.h"
#include "flexrt/train/Trainer.h"

#include <algorithm>

namespace flexrt {
namespace {

/// The experiment that a checkpoint was trained as; the user may name it, but not another.
std::string experimentOf(const FoundCheckpoint &checkpoint, const Words &words) {
  const auto found = checkpoint.file.metadata.find("experiment");
  if (found == checkpoint.file.metadata.end() || (!words.experiment.empty() && words.experiment != found->second))
    return words.experiment; // parameters may be tried in another experiment of the same shape
  return found->second;
}

RunFolder folderOf(const std::filesystem::path &checkpoint) { return {checkpoint.parent_path().parent_path()}; }

/// The configuration in the folder whose checkpoints/ holds `file`, if it is one of a run.
std::optional<StoredConfig> configBeside(const std::filesystem::path &file) {
  const RunFolder folder = folderOf(file);
  if (file.parent_path().filename() != "checkpoints" || !std::filesystem::exists(folder.config()))
    return std::nullopt;
  return readConfigFile(folder.config());
}

} // namespace

Words::Words(const std::vector<std::string> &words) {
  for (const std::string &word : words)
    if (word.find('=') != std::string::npos)
      assignments.push_back(word);
    else if (experiment.empty())
      experiment = word;
    else
      throw Error("'" + word + "' is neither key=value nor the only experiment ('" + experiment + "' came before)",
                  "for example: train " + experiment + " seed=1", ExitCode::usage);
}

std::string runName(const Context &context, const flexrt_network &network) {
  const std::string experiment = network.name;
  return experiment == "main" ? context.name : context.name + "-" + experiment;
}

FoundCheckpoint findCheckpoint(const Context &context, const Words &words, const std::string &spec) {
  FoundCheckpoint found;
  std::filesystem::path path = spec;
  if (spec == "best" || spec == "last") {
    const flexrt_network &network = findExperiment(context.program, words.experiment);
    Config config(network);
    for (const std::string &assignment : words.assignments)
      config.assign(assignment);
    path = RunFolder::newest(config.runFolder, runName(context, network)).path;
  }
  if (std::filesystem::is_directory(path)) {
    const RunFolder folder{path};
    path = spec != "last" && std::filesystem::exists(folder.best()) ? folder.best() : folder.last();
  }
  if (!std::filesystem::exists(path))
    throw Error("there is no checkpoint '" + path.string() + "'",
                "--checkpoint takes best, last, a run folder or a file");
  found.path = path;
  found.file = readSafetensors(path);
  found.config = configBeside(path);
  return found;
}

Session::Session(const Context &context, const Words &words, const FoundCheckpoint &checkpoint)
    : network(findExperiment(context.program, experimentOf(checkpoint, words))), config(network), model(network) {
  start(context.program, words, checkpoint.config);
  const RunFolder folder = folderOf(checkpoint.path);
  if (checkpoint.config && std::filesystem::exists(folder.algorithms()))
    model.algorithms.obey(folder.algorithms());
  trainedSize = loadParameters(model, checkpoint.file, checkpoint.path);
}

Session::Session(const Context &context, const Words &words)
    : network(findExperiment(context.program, words.experiment)), config(network), model(network) {
  start(context.program, words, std::nullopt);
  model.initialise();
}

void Session::start(const flexrt_program &program, const Words &words,
                    const std::optional<StoredConfig> &stored) {
  if (stored)
    for (const auto &[key, value] : stored->keys)
      config.set(key, value);
  for (const std::string &assignment : words.assignments)
    config.assign(assignment);
  setThreads(config.threads);
  model.seed = config.seed;
  model.algorithms.only = config.algorithm;
  model.algorithms.tune = config.tune;
  model.keepsSpectra = config.keepsSpectra;
  model.algorithms.cache = openTuningCache(program);
  if (config.choices.empty())
    return;
  const std::filesystem::path choices = config.choices;
  const std::filesystem::path file = std::filesystem::is_directory(choices) ? RunFolder{choices}.algorithms() : choices;
  // A run that goes on has taken over what it used; what it may yet need may be gone.
  const bool isAskedFor = std::any_of(words.assignments.begin(), words.assignments.end(),
                                      [](const std::string &word) { return word.starts_with("choices="); });
  if (!stored || isAskedFor || std::filesystem::exists(file))
    model.algorithms.obey(file);
}

Session openSession(const Context &context, const Words &words, const std::string &spec) {
  return spec.empty() ? Session(context, words) : Session(context, words, findCheckpoint(context, words, spec));
}

std::optional<std::array<int64_t, 2>> findDataSize(const Context &context, const Session &session,
                                                   const std::string &size, std::string &why) {
  if (!size.empty())
    return parseSize(size, session.model.inputRank());
  if (session.trainedSize[0] > 0)
    return session.trainedSize;
  try {
    const auto data = context.data(session.config.data(), session.config.dataRoot, Split::train, session.config.seed);
    checkDataFits(session.model, data->shape(), "training");
    return data->shape().size;
  } catch (const Error &error) {
    why = error.what();
    return std::nullopt;
  }
}

std::string resizeAssignment(const std::string &resolution) {
  // One number is for whatever the data has: sequences, or images of as many rows as columns.
  if (resolution.find('x') == std::string::npos)
    return "data.resize=" + std::to_string(parseSize(resolution, 0)[0]);
  const auto size = parseSize(resolution, 2);
  return "data.resize=[" + std::to_string(size[0]) + ", " + std::to_string(size[1]) + "]";
}

std::array<int64_t, 2> parseSize(const std::string &text, int rank) {
  const size_t cross = text.find('x');
  const std::string example = rank == 0 ? "32" : rank == 1 ? "784" : "32x32";
  std::array<int64_t, 2> size = {1, 1};
  size[0] = parseInteger("size", text.substr(0, cross), example);
  if (rank == 2)
    size[1] = cross == std::string::npos ? size[0] : parseInteger("size", text.substr(cross + 1), example);
  if (size[0] < 1 || size[1] < 1 || (rank < 2 && cross != std::string::npos))
    throw Error("'" + text + "' is no size" + (rank == 0 ? "" : rank == 1 ? " of a sequence" : " of an image") +
                    ": expected 1 or more points" + (rank == 2 ? " an axis" : ""),
                "for example " + example, ExitCode::usage);
  return size;
}

} // namespace flexrt
