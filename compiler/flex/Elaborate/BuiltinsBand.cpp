// Built-ins about frequencies: the bounds of kernels and masks, which the compiler derives, and the limit of their grid.
#include "flex/Elaborate/Builtins.h"
#include "flex/Elaborate/Factors.h"

namespace flex::elab {

namespace {

/// A function of the position: the value itself, or what an instance has returned.
ValueId functionOf(Evaluator &e, const BuiltinCall &call) {
  Value value = call.values[0];
  if (auto *instance = value.as<Instance *>()) {
    if (!(*instance)->body)
      e.fail(call.ranges[0], e.describe(value) + " has not been applied yet: its frequencies are those of its result");
    value = (*instance)->result;
  }
  if (value.isPoison())
    throw Failure();
  return e.field(value, call.ranges[0], "a kernel, a mask or their values");
}

Value runBands(Evaluator &e, const BuiltinCall &call) {
  enum { Of, Deviations, Compat, Sines };
  ValueId value = functionOf(e, call);
  const Type type = e.pool.type(value);
  auto list = std::make_shared<List>();
  if (!type.samples && type.space.empty())
    return list; // the same at every position
  if (type.samples || type.space.empty())
    e.fail(call.ranges[Of], "frequencies are those of a function of the position, but this is " + text(type));
  ValueId deviations = call.given[Deviations] ? e.field(call.values[Deviations], call.ranges[Deviations])
                                              : e.pool.constant(2);
  if (e.pool.type(deviations) != Type())
    e.fail(call.ranges[Deviations], "`stddevs` must be one number, got " + text(e.pool.type(deviations)));
  bool apart = call.given[Compat] && *call.values[Compat].as<bool>();
  bool windows = call.given[Sines] && !*call.values[Sines].as<bool>();
  int64_t count = std::max<int64_t>(countFactors(e.pool, value), 1); // the compiler refuses what has none
  ValueId bounds = e.pool.add("band", {value, deviations}, Type{{count}},
                              {{"part", std::string(windows ? "windows" : apart ? "apart" : "both")}});
  for (int64_t i = 0; i < count; ++i)
    list->push_back(Field{e.pool.add("extract", {bounds}, Type(), {{"index", i}})});
  return list;
}

Value runNyquist(Evaluator &e, const BuiltinCall &call) {
  const Type type = e.pool.type(functionOf(e, call));
  for (const Space &space : e.experiment.spaces)
    if (space.name == type.space && space.kind == Space::Taps)
      return Field{e.pool.add("nyquist", {}, {}, {{"space", type.space}})};
  e.fail(call.ranges[0], "the limit is that of a kernel's grid, but " + text(type) + " has none");
}

} // namespace

const std::vector<Builtin> &bandBuiltins() {
  static const std::vector<Builtin> table{
      {"bands",
       {{"of"}, {"stddevs", Takes::Real, true}, {"compat", Takes::Bool, true}, {"sines", Takes::Bool, true}},
       runBands},
      {"nyquist", {{"of"}}, runNyquist},
  };
  return table;
}

} // namespace flex::elab
