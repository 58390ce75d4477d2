// Experiments of several stages: who runs in this pass, the plan that all leave, and numbers that are results.
#include "flex/Elaborate/Evaluator.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

using ast::BinaryOp;

namespace {

std::string expression(const Value &value) {
  if (auto *measure = value.as<Measure>())
    return measure->yaml;
  return digits(value.as<Number>()->value);
}

} // namespace

/// Whether a network or recipe of the experiment is the one that this pass runs.
bool Evaluator::runsIn(const Instance &instance) const {
  if (!selection)
    return true;
  return instance.number == (instance.decl->role == ast::Role::Recipe ? selection->recipe : selection->network);
}

/// The plan's row for the present round of all loops.
size_t Evaluator::row() {
  std::vector<Plan::Row> &rows = found.plan.rows;
  auto at = std::find_if(rows.begin(), rows.end(), [&](const Plan::Row &row) { return row.of == rounds; });
  if (at == rows.end())
    at = rows.insert(rows.end(), Plan::Row{rounds, {}});
  return size_t(at - rows.begin());
}

int Evaluator::enterStage(const Value &from, const Instance &recipe, const Instance &network) {
  Stage stage;
  stage.row = row();
  if (auto *result = from.as<StageResult>())
    for (stage.from = result->stage; !found.plan.stages[stage.from].trains;)
      stage.from = found.plan.stages[stage.from].from;
  int number = int(found.plan.stages.size());
  found.plan.stages.push_back(std::move(stage));
  found.selections.push_back({number, network.number, recipe.number});
  return number;
}

Value Evaluator::evaluateStage(const Evaluation &evaluation, const Value &of, SourceRange range) {
  auto *result = of.as<StageResult>();
  if (!result)
    fail(range, "`Evaluate` takes the result of a stage, got " + describe(of),
         "let trained = net |> Classify(...) and then trained |> Evaluate(data)");
  Stage stage;
  stage.row = row();
  stage.trains = false;
  for (stage.from = result->stage; !found.plan.stages[stage.from].trains;)
    stage.from = found.plan.stages[stage.from].from;
  stage.keys.emplace_back("data", evaluation.data->yaml);
  int number = int(found.plan.stages.size());
  found.selections.push_back(found.selections[stage.from]);
  found.plan.stages.push_back(std::move(stage));
  found.tests.push_back({number, evaluation.data, range});
  return StageResult{number, result->network};
}

Value Evaluator::measured(const StageResult &result, const ast::Identifier &scalar) {
  static const std::vector<std::string> known{"loss", "metric"};
  if (std::find(known.begin(), known.end(), scalar.text) == known.end()) {
    std::string near = suggest(scalar.text, known);
    fail(scalar.range, "the result of a stage has no '" + scalar.text + "'",
         near.empty() ? "it has `loss` and `metric`, of the test split" : "did you mean '" + near + "'?");
  }
  found.uses.push_back({result.stage, scalar.text, scalar.range});
  return Measure{"{stage: " + std::to_string(result.stage) + ", of: " + scalar.text + "}"};
}

Value Evaluator::measures(BinaryOp op, const Value &left, const Value &right, SourceRange range) {
  const char *name = op == BinaryOp::Add   ? "add"
                     : op == BinaryOp::Sub ? "sub"
                     : op == BinaryOp::Mul ? "mul"
                     : op == BinaryOp::Div ? "div"
                                           : nullptr;
  for (auto *side : {&left, &right})
    if (!name || !(side->as<Measure>() || side->as<Number>()))
      fail(range, "results can be added, subtracted, multiplied and divided, with each other and with numbers; got " +
                      describe(name ? *side : left));
  return Measure{"[" + std::string(name) + ", " + expression(left) + ", " + expression(right) + "]"};
}

/// `delta = moved.metric - low.metric`
void Evaluator::column(const ast::Assign &stmt, Scope &scope) {
  const std::string &name = stmt.name.text;
  if (stmt.selector)
    fail(stmt.selector->range, "a result has no tag");
  Value value = evaluate(*stmt.value, scope);
  if (!value.as<Measure>() && !value.as<Number>())
    fail(stmt.value->range, "a result is a number, got " + describe(value),
         value.as<StageResult>() ? "write .metric or .loss behind it" : "");
  auto &columns = found.plan.rows[row()].columns;
  if (std::any_of(columns.begin(), columns.end(), [&](const auto &other) { return other.first == name; }))
    fail(stmt.name.range, "the result '" + name + "' is assigned twice in one round");
  columns.emplace_back(name, expression(value));
}

} // namespace flex::elab
