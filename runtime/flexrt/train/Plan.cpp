#include "flexrt/train/Plan.h"

#include "flexrt/core/Error.h"

#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

std::vector<std::pair<std::string, std::string>> pairs(const YAML::Node &map) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto &item : map)
    result.emplace_back(item.first.as<std::string>(), YAML::Dump(item.second));
  return result;
}

Plan::Stage readStage(const YAML::Node &node) {
  Plan::Stage stage{.name = node["name"].as<std::string>(),
                    .row = node["row"].as<size_t>(),
                    .from = node["from"].as<int>(),
                    .trains = node["trains"].as<bool>(),
                    .network = node["network"].as<std::string>(),
                    .assignments = {}};
  for (const auto &item : node["keys"])
    stage.assignments.push_back(item.first.as<std::string>() + "=" + item.second.as<std::string>());
  return stage;
}

double evaluate(const YAML::Node &node, const std::function<double(int, const std::string &)> &scalar) {
  if (node.IsMap())
    return scalar(node["stage"].as<int>(), node["of"].as<std::string>());
  if (!node.IsSequence())
    return node.as<double>();
  const auto operation = node[0].as<std::string>();
  const double left = evaluate(node[1], scalar), right = evaluate(node[2], scalar);
  return operation == "add"   ? left + right
         : operation == "sub" ? left - right
         : operation == "mul" ? left * right
                              : left / right;
}

} // namespace

std::string Plan::roundOf(const Stage &stage) const {
  std::string text;
  for (const auto &[name, value] : rows[stage.row].of)
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  return text;
}

std::vector<Plan> readPlans(const flexrt_program &program) {
  std::vector<Plan> plans;
  try {
    for (const auto &item : YAML::Load(program.plans)) {
      Plan plan;
      plan.name = item.first.as<std::string>();
      for (const auto &row : item.second["rows"])
        plan.rows.push_back({pairs(row["of"]), pairs(row["columns"])});
      for (const auto &node : item.second["stages"]) {
        plan.stages.push_back(readStage(node));
        const Plan::Stage &stage = plan.stages.back();
        if (stage.row >= plan.rows.size() || stage.from >= int(plan.stages.size()) - 1 ||
            (!stage.trains && stage.from < 0))
          throw Error("the stage '" + stage.name + "' of '" + plan.name + "' is out of order", "compile it again");
      }
      plans.push_back(std::move(plan));
    }
  } catch (const YAML::Exception &error) {
    throw Error("the program's experiments of several stages cannot be read: " + std::string(error.what()),
                "compile it again");
  }
  return plans;
}

double evaluateColumn(const std::string &expression,
                      const std::function<double(int, const std::string &)> &scalar) {
  return evaluate(YAML::Load(expression), scalar);
}

} // namespace flexrt
