// Built-ins about the run as a whole: which epoch counts, how often it has come to a standstill, and tests on other data.
#include "flex/Elaborate/Builtins.h"

namespace flex::elab {

namespace {

Value runBest(Evaluator &e, const BuiltinCall &call) {
  for (const char *slot : {"metric", "loss"}) {
    auto found = e.slots.find({slot, ""});
    auto *value = call.values[0].as<Field>();
    auto *held = found == e.slots.end() ? nullptr : found->second.value.as<Field>();
    if (value && held && value->id == held->id)
      return Described{Described::Keep, std::string("{best: ") + slot + "}"};
  }
  e.fail(call.ranges[0], "`best` takes the slot `loss` or `metric`, which must be assigned before");
}

Value runEvaluate(Evaluator &, const BuiltinCall &call) {
  return Evaluation{*call.values[0].as<std::shared_ptr<DataSet>>()};
}

/// A number, or the name of the setting that holds it. `kind`: "duration" or "real".
std::string numberOrSetting(Evaluator &e, const Value &value, SourceRange range, const std::string &what,
                            const std::string &kind) {
  const bool duration = kind == "duration";
  if (auto *number = value.as<Number>(); number && duration == (number->unit != ast::Unit::None))
    return "'" + text(*number) + "'";
  if (auto *field = value.as<Field>(); field && e.pool.node(field->id).op == "setting")
    for (const Setting &setting : e.experiment.settings)
      if (setting.name == e.pool.nameOf(field->id) &&
          (duration ? setting.unit == "epochs" || setting.unit == "steps" : setting.unit == "real"))
        return setting.name;
  e.fail(range, what + " must be a " + kind + " that is known, or that the user can set; got " + e.describe(value),
         duration ? "for example 10 epochs" : "");
}

Value runStalls(Evaluator &e, const BuiltinCall &call) {
  const char *const names[] = {"patience", "threshold", "cooldown"};
  std::string rule;
  for (size_t i = 0; i < 3; ++i)
    if (call.given[i])
      rule += std::string(rule.empty() ? "" : ", ") + names[i] + ": " +
              numberOrSetting(e, call.values[i], call.ranges[i], std::string("the ") + names[i],
                              i == 1 ? "real" : "duration");
  rule = "{" + rule + "}";
  if (!e.stallRule.empty() && e.stallRule != rule)
    e.fail(call.range, "`stalls` is counted by one rule in a recipe, and there is another one: " + e.stallRule,
           "call it once, and use its value twice: let s = stalls(...)");
  e.stallRule = rule;
  return Field{e.provided("stalls", 0, call.range)};
}

} // namespace

const std::vector<Builtin> &runBuiltins() {
  static const std::vector<Builtin> table{
      {"best", {{"of"}}, runBest},
      {"Evaluate", {{"data", Takes::Data}}, runEvaluate},
      {"stalls", {{"patience"}, {"threshold", Takes::Any, true}, {"cooldown", Takes::Any, true}}, runStalls},
  };
  return table;
}

} // namespace flex::elab
