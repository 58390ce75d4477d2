/// `crossres`: how well a network that was trained at one resolution does at another, before and after fine-tuning there.
/// A plan of three stages for each seed, made when it is asked for; PlanCommand.cpp runs it.
#include "flexrt/cli/TrainRun.h"
#include "flexrt/core/Error.h"
#include "flexrt/train/Program.h"

#include <yaml-cpp/yaml.h>

#include <set>

namespace flexrt {
namespace {

/// A column's expression: a scalar of a stage.
std::string scalarOf(size_t stage, const std::string &scalar) {
  return "{stage: " + std::to_string(stage) + ", of: " + scalar + "}";
}

/// Trains at the source, evaluates at the target, fine-tunes at the target: one row of results.
void addSeed(Plan &plan, const flexrt_network &network, const std::string &seed, const YAML::Node &resolutions) {
  const std::string target = resizeAssignment(resolutions["target"].as<std::string>());
  const size_t row = plan.rows.size(), first = plan.stages.size();
  const std::vector<std::string> low = {"seed=" + seed, resizeAssignment(resolutions["source"].as<std::string>())};
  plan.stages.push_back({"source", row, -1, true, network.name, low});
  plan.stages.push_back({"moved", row, int(first), false, network.name, {target}});
  plan.stages.push_back({"tuned", row, int(first), true, network.name, {"seed=" + seed, target}});
  const std::string scalar = network.scalar_names[network.scalar_count - 1]; // the metric, where there is one
  const std::string source = scalarOf(first, scalar), moved = scalarOf(first + 1, scalar);
  plan.rows.push_back({{{"seed", seed}},
                       {{"source", source},
                        {"moved", moved},
                        {"difference", "[sub, " + moved + ", " + source + "]"},
                        {"tuned", scalarOf(first + 2, scalar)}}});
}

} // namespace

Plan crossResPlan(const Context &context, const std::string &description) {
  const YAML::Node node = YAML::Load(description);
  const auto &network = findExperiment(context.program, node["experiment"].as<std::string>());
  const bool isMain = network.name == std::string("main");
  Plan plan{.name = isMain ? "crossres" : std::string(network.name) + "-crossres", .description = description, .stages = {},
            .rows = {}};
  for (const YAML::Node &seed : node["seeds"])
    addSeed(plan, network, seed.as<std::string>(), node);
  return plan;
}

int runCrossRes(const Context &context, const CrossResArguments &arguments) {
  if (arguments.source == arguments.target || arguments.seeds.empty())
    throw Error(arguments.seeds.empty() ? "no seeds are given" : "both resolutions are " + arguments.source,
                "for example --source 16 --target 32 --seeds 0,1,2", ExitCode::usage);
  std::set<uint64_t> seen;
  for (const uint64_t seed : arguments.seeds)
    if (!seen.insert(seed).second)
      throw Error("the seed " + std::to_string(seed) + " is given twice, and would count as two results",
                  "each run has a seed of its own: --seeds 0,1,2", ExitCode::usage);
  Words words(arguments.words);
  if (const std::optional<Plan> plan = findPlan(context, words))
    throw Error("'" + plan->name + "' has several stages of its own",
                "name one of its networks: crossres " + plan->stages.front().network, ExitCode::usage);
  YAML::Emitter out;
  out << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "experiment" << YAML::Value << findExperiment(context.program, words.experiment).name;
  out << YAML::Key << "source" << YAML::Value << arguments.source;
  out << YAML::Key << "target" << YAML::Value << arguments.target;
  out << YAML::Key << "seeds" << YAML::Value << arguments.seeds << YAML::EndMap;
  return startPlan(context, crossResPlan(context, out.c_str()), words, arguments.asPaper);
}

} // namespace flexrt
