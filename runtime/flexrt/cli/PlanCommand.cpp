/// `train` and `resume` of an experiment of several stages: each is a run in a folder of its own, below that of the plan.
/// A stage whose record is there is done, so a plan that was stopped goes on where it was.
#include "flexrt/cli/Table.h"
#include "flexrt/cli/TrainRun.h"
#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Signals.h"
#include "flexrt/train/Evaluation.h"
#include "flexrt/train/Program.h"
#include "flexrt/train/Trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;

std::filesystem::path planFile(const std::filesystem::path &folder) { return folder / "plan.yaml"; }

class PlanRun {
public:
  PlanRun(const Context &context, const Plan &plan, std::filesystem::path folder, std::vector<std::string> assignments)
      : context_(context), plan_(plan), folder_(std::move(folder)), assignments_(std::move(assignments)) {}

  void writePlan() const;
  /// Runs what is not done yet; exit code.
  int run();

private:
  RunFolder folderOf(int stage) const;
  std::optional<Json> recordOf(int stage) const;
  int runStage(int stage);
  int evaluate(const Plan::Stage &stage, const RunFolder &folder);
  Json results() const;
  void printResults(const Json &rows) const;

  const Context &context_;
  const Plan &plan_;
  std::filesystem::path folder_;
  std::vector<std::string> assignments_;
};

/// The key that an assignment is to in `stage`, and its value; none if it is for another one. "low.lr=0.1" is for `low`.
std::optional<std::string> assignmentFor(const Plan &plan, const Plan::Stage &stage, const Config &config,
                                         const std::string &assignment) {
  for (const Plan::Stage &other : plan.stages)
    if (assignment.starts_with(other.name + "."))
      return other.name == stage.name ? std::optional(assignment.substr(other.name.size() + 1)) : std::nullopt;
  return config.has(assignment.substr(0, assignment.find('='))) ? std::optional(assignment) : std::nullopt;
}

/// What a stage is told: by the source, then by `assignments`.
Words wordsFor(const Context &context, const Plan &plan, const Plan::Stage &stage,
               const std::vector<std::string> &assignments) {
  Words words({});
  words.experiment = stage.network;
  words.assignments = stage.assignments;
  const Config config(findExperiment(context.program, stage.network));
  for (const std::string &assignment : assignments)
    if (const auto own = assignmentFor(plan, stage, config, assignment))
      words.assignments.push_back(*own);
  return words;
}

/// The paper's protocol for each stage that trains, in front of what the user says.
std::vector<std::string> withPaperProtocol(const Context &context, const Plan &plan,
                                           const std::vector<std::string> &assignments) {
  std::vector<std::string> result;
  std::set<std::string> names;
  for (const Plan::Stage &stage : plan.stages)
    if (stage.trains && names.insert(stage.name).second)
      for (const std::string &own : paperProtocol(findExperiment(context.program, stage.network),
                                                  wordsFor(context, plan, stage, assignments).assignments))
        result.push_back(stage.name + "." + own);
  result.insert(result.end(), assignments.begin(), assignments.end());
  return result;
}

/// Each must be known to one stage at least.
void checkAssignments(const Context &context, const Plan &plan, const std::vector<std::string> &assignments) {
  for (const std::string &assignment : assignments) {
    bool known = false;
    for (const Plan::Stage &stage : plan.stages) {
      Config config(findExperiment(context.program, stage.network));
      const auto own = assignmentFor(plan, stage, config, assignment);
      if (own)
        config.assign(*own); // says what is wrong with the value
      known = known || own;
    }
    if (!known)
      Config(findExperiment(context.program, plan.stages.front().network)).assign(assignment);
  }
}

void PlanRun::writePlan() const {
  YAML::Emitter out;
  out << YAML::Comment("an experiment of several stages; 'resume' reads it") << YAML::BeginMap;
  out << YAML::Key << "source" << YAML::Value << context_.program.source;
  out << YAML::Key << "source_hash" << YAML::Value << context_.program.source_hash;
  if (plan_.description.empty())
    out << YAML::Key << "experiment" << YAML::Value << plan_.name;
  else
    out << YAML::Key << "crossres" << YAML::Value << YAML::Flow << YAML::Load(plan_.description);
  out << YAML::Key << "set" << YAML::Value << assignments_ << YAML::EndMap;
  writeFileAtomically(planFile(folder_), std::string(out.c_str()) + "\n");
}

RunFolder PlanRun::folderOf(int stage) const {
  char number[16];
  std::snprintf(number, sizeof number, "%03d-", stage + 1);
  return {folder_ / (number + plan_.stages[size_t(stage)].name)};
}

std::optional<Json> PlanRun::recordOf(int stage) const {
  const auto path = folderOf(stage).record();
  if (!std::filesystem::exists(path))
    return std::nullopt;
  return Json::parse(readFile(path));
}

int PlanRun::runStage(int index) {
  const Plan::Stage &stage = plan_.stages[size_t(index)];
  const RunFolder folder = folderOf(index);
  const std::string round = plan_.roundOf(stage);
  std::printf("== stage %d of %zu: %s%s\n", index + 1, plan_.stages.size(), stage.name.c_str(),
              round.empty() ? "" : (" (" + round + ")").c_str());
  if (stage.trains && std::filesystem::exists(folder.last()))
    return continueRun(context_, folder, {});
  std::filesystem::remove_all(folder.path); // what was there has not come to its first checkpoint
  std::filesystem::create_directories(folder.checkpoints());
  if (!stage.trains)
    return evaluate(stage, folder);
  const std::string from = stage.from < 0 ? "" : folderOf(stage.from).path.string();
  return startRun(context_, wordsFor(context_, plan_, stage, assignments_), from, [&](const Session &) { return folder; });
}

int PlanRun::evaluate(const Plan::Stage &stage, const RunFolder &folder) {
  const Words words = wordsFor(context_, plan_, stage, assignments_);
  const FoundCheckpoint checkpoint = findCheckpoint(context_, Words({}), folderOf(stage.from).path);
  Session session(context_, words, checkpoint);
  const auto data = context_.data(session.config.data(), session.config.dataRoot, Split::test, session.config.seed);
  catchStopSignals();
  try {
    const Scalars scalars = evaluateOn(session, *data, checkpoint.path, "test");
    const Json test = scalarsJson(session.model, scalars);
    const Json record = {{"checkpoint", checkpoint.path}, {"data", session.config.data()}, {"test", test}};
    writeFileAtomically(folder.record(), record.dump(2) + "\n");
    std::printf("%s on %s: %s\n", checkpoint.path.c_str(), session.config.data().c_str(), test.dump().c_str());
    return int(ExitCode::ok);
  } catch (const Interrupted &) {
    return int(ExitCode::interrupted);
  }
}

/// A row for each round: its variables and its columns, null where a stage has not run.
Json PlanRun::results() const {
  std::vector<std::optional<Json>> records;
  for (size_t i = 0; i < plan_.stages.size(); ++i)
    records.push_back(recordOf(int(i)));
  const auto scalar = [&](int stage, const std::string &name) {
    const auto &record = records[size_t(stage)];
    const bool known = record && (*record)["test"].contains(name) && (*record)["test"][name].is_number();
    return known ? (*record)["test"][name].get<double>() : std::nan("");
  };
  Json rows = Json::array();
  for (const Plan::Row &row : plan_.rows) {
    Json entry = {{"of", Json::object()}, {"results", Json::object()}};
    for (const auto &[name, value] : row.of)
      entry["of"][name] = value;
    for (const auto &[name, expression] : row.columns) {
      const double value = evaluateColumn(expression, scalar);
      entry["results"][name] = std::isnan(value) ? Json() : Json(value);
    }
    rows.push_back(std::move(entry));
  }
  return rows;
}

void PlanRun::printResults(const Json &rows) const {
  std::vector<std::string> names;
  for (const Json &row : rows)
    for (const auto &[name, value] : row["results"].items())
      if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  std::vector<std::vector<std::string>> table = {{""}};
  table[0].insert(table[0].end(), names.begin(), names.end());
  std::vector<std::vector<double>> values(names.size());
  for (const Json &row : rows) {
    std::string of;
    for (const auto &[name, value] : row["of"].items())
      of += (of.empty() ? "" : ", ") + name + "=" + value.get<std::string>();
    std::vector<std::string> line = {of};
    for (size_t i = 0; i < names.size(); ++i) {
      const bool known = row["results"].contains(names[i]) && row["results"][names[i]].is_number();
      line.push_back(known ? shortNumber(row["results"][names[i]].get<double>()) : "");
      if (known)
        values[i].push_back(row["results"][names[i]].get<double>());
    }
    table.push_back(std::move(line));
  }
  if (rows.size() > 1) {
    std::vector<std::string> means = {"mean"}, deviations = {"standard deviation"};
    for (const std::vector<double> &column : values) {
      double mean = 0, squares = 0;
      for (const double value : column)
        mean += value / double(column.size());
      for (const double value : column)
        squares += (value - mean) * (value - mean);
      means.push_back(column.empty() ? "" : shortNumber(mean));
      deviations.push_back(column.size() < 2 ? "" : shortNumber(std::sqrt(squares / double(column.size() - 1))));
    }
    table.push_back(std::move(means));
    table.push_back(std::move(deviations));
  }
  printTable(table);
}

int PlanRun::run() {
  for (int i = 0; i < int(plan_.stages.size()); ++i) {
    if (recordOf(i))
      continue;
    if (const int code = runStage(i); code != int(ExitCode::ok)) {
      std::printf("the plan stopped here; go on with: ./%s resume %s\n", context_.name.c_str(), folder_.c_str());
      return code;
    }
    writeFileAtomically(folder_ / "results.json", results().dump(2) + "\n");
  }
  printResults(results());
  std::printf("results: %s/results.json\n", folder_.c_str());
  return int(ExitCode::ok);
}

} // namespace

std::optional<Plan> findPlan(const Context &context, const Words &words) {
  const std::vector<Plan> plans = readPlans(context.program);
  for (const Plan &plan : plans)
    if (plan.name == (words.experiment.empty() ? "main" : words.experiment))
      return plan;
  if (words.experiment.empty() && plans.size() == 1) {
    bool others = false; // an experiment that is no stage of the plan
    for (int32_t i = 0; i < context.program.network_count; ++i)
      others = others || !std::string(context.program.networks[i]->name).starts_with(plans[0].name + ".");
    if (!others)
      return plans[0];
  }
  return std::nullopt;
}

int startPlan(const Context &context, const Plan &plan, const Words &words, bool asPaper) {
  checkAssignments(context, plan, words.assignments);
  const std::vector<std::string> assignments =
      asPaper ? withPaperProtocol(context, plan, words.assignments) : words.assignments;
  Config config(findExperiment(context.program, plan.stages.front().network));
  for (const std::string &assignment : words.assignments)
    if (config.has(assignment.substr(0, assignment.find('='))))
      config.assign(assignment);
  const RunFolder folder =
      RunFolder::create(config.runFolder, plan.name == "main" ? context.name : context.name + "-" + plan.name);
  std::filesystem::remove(folder.checkpoints()); // those of the stages are in their own folders
  std::printf("%s: %zu stages in %s\n", plan.name.c_str(), plan.stages.size(), folder.path.c_str());
  PlanRun run(context, plan, folder.path, assignments);
  run.writePlan();
  return run.run();
}

bool isPlanFolder(const std::filesystem::path &folder) { return std::filesystem::exists(planFile(folder)); }

int continuePlan(const Context &context, const std::filesystem::path &folder, const std::vector<std::string> &changes) {
  if (!changes.empty())
    throw Error("keys of a plan that has begun cannot be changed", "start it anew: train " + changes.front(),
                ExitCode::usage);
  Words words({});
  std::vector<std::string> assignments;
  std::string hash, description;
  try {
    const YAML::Node root = YAML::Load(readFile(planFile(folder)));
    if (root["crossres"])
      description = YAML::Dump(root["crossres"]);
    else
      words.experiment = root["experiment"].as<std::string>();
    hash = root["source_hash"].as<std::string>();
    assignments = root["set"].as<std::vector<std::string>>(assignments);
  } catch (const YAML::Exception &error) {
    throw Error("'" + planFile(folder).string() + "' is damaged: " + error.what(), "restore it, or start a new run");
  }
  const std::optional<Plan> plan =
      description.empty() ? findPlan(context, words) : std::optional(crossResPlan(context, description));
  if (!plan || hash != context.program.source_hash)
    throw Error("the plan in '" + folder.string() + "' belongs to another program",
                "go on with the program that began it, or start a new run");
  return PlanRun(context, *plan, folder, assignments).run();
}

} // namespace flexrt
