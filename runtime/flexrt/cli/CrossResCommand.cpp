/// `crossres`: how well a network that was trained at one resolution does at another, before and after fine-tuning there.
///
/// A folder with a plan, and in it two runs for each seed. What is done stays done: going on reads the plan, takes finished
/// runs as they are and resumes one that was interrupted.
#include "flexrt/cli/Session.h"
#include "flexrt/cli/Table.h"
#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"
#include "flexrt/train/Evaluation.h"

#include <cmath>
#include <cstdio>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char *kinds[] = {"source", "out_of_the_box", "tuned"};

/// Thrown when a run ends in another way than by finishing.
struct Ended {
  int code;
};

class Experiment {
public:
  Experiment(const Context &context, CrossResArguments arguments, std::filesystem::path folder)
      : context_(context), arguments_(std::move(arguments)), folder_(std::move(folder)),
        network_(findExperiment(context.program, Words(arguments_.words).experiment)) {}

  /// The scalars of all seeds: {seed, source, out_of_the_box, tuned}.
  Json run() {
    Json rows = Json::array();
    for (const uint64_t seed : arguments_.seeds) {
      const RunFolder low = train(seed, "source", {});
      Json row = {{"seed", seed}, {"source", testOf(low)}};
      row["out_of_the_box"] = evaluate(low, seed);
      row["tuned"] = testOf(train(seed, "target", low.path));
      rows.push_back(std::move(row));
    }
    return rows;
  }

private:
  std::vector<std::string> wordsFor(uint64_t seed, bool tuning) const {
    std::vector<std::string> words = arguments_.words;
    words.push_back("seed=" + std::to_string(seed));
    words.push_back("run.folder=" + folder_.string());
    if (tuning && !arguments_.tune.empty())
      words.push_back("length=" + arguments_.tune);
    return words;
  }

  /// The runs of one seed are called "seed-<n>-source" and "seed-<n>-target".
  RunFolder train(uint64_t seed, const std::string &stage, const std::filesystem::path &from) {
    const std::string name = "seed-" + std::to_string(seed) + "-" + stage;
    const bool tuning = !from.empty();
    const RunFolder begun{folder_ / (name + "-0001")}; // the first and only of this name
    if (std::filesystem::exists(begun.record()))
      return begun;
    if (std::filesystem::exists(begun.last())) {
      check(runResume(context_, {begun.path, {}}));
      return begun;
    }
    std::filesystem::remove_all(begun.path); // died before it could be resumed
    check(runTrain(context_, {wordsFor(seed, tuning), from, "", tuning ? arguments_.target : arguments_.source, name}));
    return begun;
  }

  static void check(int code) {
    if (code != int(ExitCode::ok))
      throw Ended{code};
  }

  static Json testOf(const RunFolder &run) { return Json::parse(readFile(run.record()))["test"]; }

  Json evaluate(const RunFolder &run, uint64_t seed) {
    const std::filesystem::path file = run.path / "out_of_the_box.json";
    if (std::filesystem::exists(file))
      return Json::parse(readFile(file));
    EvalArguments arguments;
    arguments.checkpoint = run.path;
    arguments.resolution = arguments_.target;
    Words words(wordsFor(seed, false));
    words.experiment = network_.name;
    const Json scalars = evaluateCheckpoint(context_, words, arguments).scalars;
    writeFileAtomically(file, scalars.dump(2) + "\n");
    return scalars;
  }

  const Context &context_;
  CrossResArguments arguments_;
  std::filesystem::path folder_;
  const flexrt_network &network_;
};

Json planOf(const CrossResArguments &arguments, const flexrt_program &program) {
  return {{"source_hash", program.source_hash}, {"words", arguments.words}, {"source", arguments.source},
          {"target", arguments.target},         {"seeds", arguments.seeds}, {"tune", arguments.tune}};
}

CrossResArguments readPlan(const std::filesystem::path &file, const flexrt_program &program) {
  try {
    const Json plan = Json::parse(readFile(file));
    if (plan["source_hash"] != program.source_hash)
      throw Error("'" + file.string() + "' was begun by another program", "compile the same source again");
    CrossResArguments arguments;
    plan["words"].get_to(arguments.words);
    plan["source"].get_to(arguments.source);
    plan["target"].get_to(arguments.target);
    plan["seeds"].get_to(arguments.seeds);
    plan["tune"].get_to(arguments.tune);
    return arguments;
  } catch (const Json::exception &error) {
    throw Error("'" + file.string() + "' is damaged: " + error.what(), "start a new experiment");
  }
}

/// Mean and standard deviation (of a sample: n - 1) of one scalar over the seeds.
Json spreadOf(const Json &rows, const std::string &kind, const std::string &scalar) {
  double mean = 0, squares = 0;
  for (const Json &row : rows)
    mean += row[kind][scalar].get<double>() / double(rows.size());
  for (const Json &row : rows)
    squares += std::pow(row[kind][scalar].get<double>() - mean, 2);
  return {{"mean", mean}, {"deviation", rows.size() > 1 ? std::sqrt(squares / double(rows.size() - 1)) : 0.0}};
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

void printRows(const Json &record, const std::string &scalar) {
  const std::string source = record["source"], target = record["target"];
  std::vector<std::vector<std::string>> rows = {
      {"seed", "trained at " + source, "at " + target, "difference", "tuned at " + target}};
  const auto row = [&](const std::string &name, auto of) {
    rows.push_back({name, of(kinds[0]), of(kinds[1]), "", of(kinds[2])});
  };
  for (const Json &seed : record["seeds"]) {
    row(std::to_string(seed["seed"].get<uint64_t>()), [&](const char *kind) { return number(seed[kind][scalar]); });
    rows.back()[3] = number(seed[kinds[1]][scalar].get<double>() - seed[kinds[0]][scalar].get<double>());
  }
  const Json &summary = record["summary"];
  row("mean", [&](const char *kind) { return number(summary[kind]["mean"]); });
  rows.back()[3] = number(summary["difference"]["mean"]);
  row("deviation", [&](const char *kind) { return number(summary[kind]["deviation"]); });
  rows.back()[3] = number(summary["difference"]["deviation"]);
  std::printf("\n%s on the test split\n", scalar.c_str());
  printTable(rows);
}

Json summarise(Json rows, const std::string &scalar) {
  Json summary;
  for (Json &row : rows)
    row["difference"][scalar] = row[kinds[1]][scalar].get<double>() - row[kinds[0]][scalar].get<double>();
  for (const char *kind : {kinds[0], kinds[1], "difference", kinds[2]})
    summary[kind] = spreadOf(rows, kind, scalar);
  return summary;
}

} // namespace

int runCrossRes(const Context &context, const CrossResArguments &given) {
  const bool resuming = !given.resume.empty();
  std::filesystem::path folder = given.resume;
  if (resuming && !std::filesystem::exists(folder / "plan.json"))
    throw Error("there is no experiment in '" + given.resume + "'", "name the folder that crossres made", ExitCode::usage);
  const CrossResArguments arguments = resuming ? readPlan(folder / "plan.json", context.program) : given;
  if (arguments.source == arguments.target || arguments.seeds.empty())
    throw Error(arguments.seeds.empty() ? "no seeds are given" : "both resolutions are " + arguments.source,
                "for example --source 16 --target 32 --seeds 0,1,2", ExitCode::usage);
  const Words words(arguments.words);
  const flexrt_network &network = findExperiment(context.program, words.experiment);
  Config config(network);
  for (const std::string &assignment : words.assignments)
    config.assign(assignment);
  if (!resuming) {
    folder = RunFolder::create(config.runFolder, runName(context, network) + "-crossres").path;
    std::filesystem::remove(RunFolder{folder}.checkpoints());
    writeFileAtomically(folder / "plan.json", planOf(arguments, context.program).dump(2) + "\n");
  }
  Json record = planOf(arguments, context.program);
  try {
    record["seeds"] = Experiment(context, arguments, folder).run();
  } catch (const Ended &ended) {
    std::printf("to go on: ./%s crossres --resume %s\n", context.name.c_str(), folder.c_str());
    return ended.code;
  } catch (const Interrupted &) {
    std::printf("to go on: ./%s crossres --resume %s\n", context.name.c_str(), folder.c_str());
    return int(ExitCode::interrupted);
  }
  const std::string scalar = network.scalar_names[network.scalar_count - 1]; // the metric, where there is one
  record["summary"] = summarise(record["seeds"], scalar);
  writeFileAtomically(folder / "record.json", record.dump(2) + "\n");
  printRows(record, scalar);
  std::printf("folder: %s   (plan.json, record.json, two runs a seed)\n", folder.c_str());
  return int(ExitCode::ok);
}

} // namespace flexrt
