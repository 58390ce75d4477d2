// An elaborated program as text.
#include "flex/Elaborate/Elaborate.h"
#include "flex/Elaborate/Pool.h"

#include <sstream>

namespace flex::elab {

namespace {

struct Show {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    std::ostringstream out;
    out.precision(9);
    out << value;
    return out.str();
  }
  std::string operator()(const std::string &value) const { return value; }
  template <typename T> std::string operator()(const std::vector<T> &values) const {
    std::string out = "[";
    for (const T &value : values)
      out += (out.size() > 1 ? ", " : "") + (*this)(value);
    return out + "]";
  }
  std::string operator()(const SizeExpr &expr) const {
    std::string out;
    for (const SizeExpr::Term &term : expr.terms)
      out += (out.empty() ? "" : " ") + (term.op == 'c' ? std::to_string(term.value) : std::string(1, term.op));
    return out;
  }
};

std::string shapeText(const std::vector<int64_t> &shape) { return Show()(shape); }

void show(std::ostream &out, const Function &function) {
  out << "\n  function " << function.name << " (" << function.role << ")\n";
  for (size_t i = 0; i < function.nodes.size(); ++i) {
    const Node &node = function.nodes[i];
    out << "    %" << i << " = " << node.op;
    for (ValueId operand : node.operands)
      out << " %" << operand;
    for (const auto &[name, value] : node.attributes)
      out << " " << name << "=" << std::visit(Show(), value);
    out << " : " << text(node.type) << (node.path.empty() ? "" : "  # " + node.path) << "\n";
  }
  for (const Result &result : function.results)
    out << "    -> " << result.name << " = %" << result.value << "\n";
}

void show(std::ostream &out, const Experiment &experiment) {
  out << "experiment " << experiment.name << ": " << experiment.network << "\n";
  out << "  input " << experiment.input << "\n  output " << experiment.output << "\n  data " << experiment.data
      << "\n  recipe " << experiment.recipe << "\n";
  const char *const kinds[] = {"data", "taps", "elements"};
  for (const Space &space : experiment.spaces)
    out << "  space " << space.name << " rank " << space.rank << " " << kinds[space.kind] << "\n";
  for (const Setting &setting : experiment.settings)
    out << "  setting " << setting.name << " = " << Show()(setting.value) << " " << setting.unit << "\n";
  int64_t count = 0;
  for (const Parameter &parameter : experiment.parameters) {
    out << "  parameter " << parameter.path << " " << shapeText(parameter.shape);
    for (const std::string &tag : parameter.tags)
      out << " @" << tag;
    out << " as \"" << parameter.authors << "\"\n";
    count += elementCount(parameter.shape);
  }
  out << "  " << count << " trained values\n";
  for (const State &state : experiment.states)
    out << "  state " << state.path << " " << shapeText(state.shape) << " as \"" << state.authors << "\"\n";
  for (const Group &group : experiment.groups)
    out << "  group " << group.name << ": " << group.parameters.size() << " parameters, moments "
        << Show()(group.moments) << "\n";
  for (const Requirement &requirement : experiment.requirements)
    out << "  require " << requirement.text << " in " << requirement.path << "\n";
  for (const Layer &layer : experiment.layers)
    out << "  layer " << layer.path << ": " << layer.in << " -> " << layer.out << " on " << layer.taps << "\n";
  for (const Function &function : experiment.functions)
    show(out, function);
}

std::string pairs(const std::vector<std::pair<std::string, std::string>> &values, bool quoted) {
  std::string out;
  for (const auto &[name, value] : values) {
    std::string text = value;
    for (size_t at = 0; quoted && (at = text.find('\'', at)) != std::string::npos; at += 2)
      text.insert(at, "'");
    out += (out.empty() ? "" : ", ") + name + ": " + (quoted ? "'" + text + "'" : text);
  }
  return "{" + out + "}";
}

void show(std::ostream &out, const Plan &plan) {
  out << "\nplan " << plan.name << "\n";
  for (size_t i = 0; i < plan.stages.size(); ++i) {
    const Stage &stage = plan.stages[i];
    out << "  stage " << i << " " << stage.name << " of row " << stage.row << ": "
        << (stage.trains ? "trains " : "evaluates ") << stage.network;
    if (stage.from >= 0)
      out << " from " << stage.from;
    out << " " << pairs(stage.keys, false) << "\n";
  }
  for (size_t i = 0; i < plan.rows.size(); ++i)
    out << "  row " << i << " " << pairs(plan.rows[i].of, false) << " -> " << pairs(plan.rows[i].columns, false) << "\n";
}

} // namespace

std::string yaml(const std::vector<Plan> &plans) {
  std::ostringstream out;
  out << "{";
  for (const Plan &plan : plans) {
    out << (&plan == &plans.front() ? "" : ", ") << plan.name << ": {stages: [";
    for (const Stage &stage : plan.stages)
      out << (&stage == &plan.stages.front() ? "" : ", ") << "{name: " << stage.name << ", row: " << stage.row
          << ", from: " << stage.from << ", trains: " << Show()(stage.trains) << ", network: " << stage.network
          << ", keys: " << pairs(stage.keys, true) << "}";
    out << "], rows: [";
    for (const Plan::Row &row : plan.rows)
      out << (&row == &plan.rows.front() ? "" : ", ") << "{of: " << pairs(row.of, true)
          << ", columns: " << pairs(row.columns, false) << "}";
    out << "]}";
  }
  out << "}";
  return out.str();
}

std::string dump(const Program &program) {
  std::ostringstream out;
  for (size_t i = 0; i < program.experiments.size(); ++i) {
    if (i)
      out << "\n";
    show(out, program.experiments[i]);
  }
  for (const Plan &plan : program.plans)
    show(out, plan);
  return out.str();
}

} // namespace flex::elab
