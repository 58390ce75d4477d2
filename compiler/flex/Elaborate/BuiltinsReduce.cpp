// Built-ins that reduce over channels, samples and space, and those that draw random numbers.
#include "flex/Elaborate/Builtins.h"

#include <numeric>

namespace flex::elab {

namespace {

/// What a reduction goes over.
struct Over {
  std::vector<int64_t> axes;
  bool samples = false, space = false;
};

Over overOf(Evaluator &e, const BuiltinCall &call, const Type &type) {
  Over over;
  auto channels = [&] {
    over.axes.resize(type.shape.size());
    std::iota(over.axes.begin(), over.axes.end(), 0);
  };
  if (!call.given[1]) {
    if (type.shape.empty())
      e.fail(call.ranges[0], "there is no channel axis to reduce in " + text(type),
             "name what to reduce: over = space");
    over.axes = {int64_t(type.shape.size()) - 1};
    return over;
  }
  std::vector<Value> given{call.values[1]};
  if (call.values[1].list())
    given = *call.values[1].list();
  for (const Value &value : given) {
    auto *axis = value.as<Axis>();
    if (!axis)
      e.fail(call.ranges[1], "`over` takes samples, space, channels or a list of them, not " + e.describe(value));
    if (*axis == Axis::Channels)
      channels();
    else if (*axis == Axis::Samples)
      over.samples = true;
    else
      over.space = true;
  }
  // A norm over [samples, space] serves kernels and vectors too; `over = space` alone asks for a space.
  bool noSamples = over.samples && !type.samples, noSpace = over.space && type.space.empty();
  bool nothing = noSamples && (noSpace || !over.space) && over.axes.empty();
  if ((noSamples || noSpace) && (given.size() == 1 || nothing))
    e.fail(call.ranges[1],
           std::string("there ") + (noSamples ? "are no samples" : "is no space") + " in " + text(type));
  over.samples &= type.samples;
  over.space &= !type.space.empty();
  return over;
}

ValueId reduce(Evaluator &e, ValueId operand, const Over &over) {
  if (over.axes.empty() && !over.samples && !over.space)
    return operand;
  return e.pool.sum(operand, over.axes, over.samples, over.space);
}

/// sum(w * x) of a matrix and a vector at each point is the op `linear`.
std::optional<ValueId> asLinear(Evaluator &e, ValueId operand, const Over &over) {
  const Node product = e.pool.node(operand);
  bool lastOfTwo = over.axes == std::vector<int64_t>{1} && !over.samples && !over.space;
  if (product.op != "mul" || product.type.shape.size() != 2 || !lastOfTwo)
    return std::nullopt;
  for (int side = 0; side < 2; ++side) {
    ValueId weight = product.operands[side], input = product.operands[1 - side];
    const Type &w = e.pool.type(weight), &x = e.pool.type(input);
    bool uniform = !w.samples && w.space.empty();
    bool pointwise = x.samples || !x.space.empty();
    if (uniform && pointwise && w.shape == product.type.shape && x.shape == std::vector<int64_t>{w.shape[1]}) {
      Type type = x;
      type.shape = {w.shape[0]};
      return e.pool.add("linear", {weight, input}, type);
    }
  }
  return std::nullopt;
}

Value addAll(Evaluator &e, const BuiltinCall &call) {
  Value total = Number(int64_t(0));
  for (const Value &item : *call.values[0].list())
    total = e.binary(ast::BinaryOp::Add, total, item, call.range);
  return total;
}

Value runSum(Evaluator &e, const BuiltinCall &call) {
  if (call.values[0].list() && !call.given[1])
    return addAll(e, call);
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Over over = overOf(e, call, e.pool.type(operand));
  if (std::optional<ValueId> linear = asLinear(e, operand, over))
    return Field{*linear};
  return Field{reduce(e, operand, over)};
}

ValueId countPoints(Evaluator &e, bool samples, const std::string &space) {
  std::map<std::string, Attribute> attributes;
  if (samples)
    attributes["samples"] = true;
  if (!space.empty())
    attributes["space"] = space;
  return e.pool.add("count", {}, {}, attributes);
}

Value runMean(Evaluator &e, const BuiltinCall &call) {
  if (const List *list = call.values[0].list(); list && !call.given[1]) {
    if (list->empty())
      e.fail(call.ranges[0], "the mean of an empty list");
    return e.binary(ast::BinaryOp::Div, addAll(e, call), Number(int64_t(list->size())), call.range);
  }
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Type type = e.pool.type(operand);
  Over over = overOf(e, call, type);
  Value result = Field{reduce(e, operand, over)};
  int64_t channels = 1;
  for (int64_t axis : over.axes)
    channels *= type.shape[axis];
  Value count = Number(channels);
  if (over.samples || over.space)
    count = e.binary(ast::BinaryOp::Mul, count, Field{countPoints(e, over.samples, over.space ? type.space : "")},
                     call.range);
  return e.binary(ast::BinaryOp::Div, result, count, call.range);
}

Value runCount(Evaluator &e, const BuiltinCall &call) {
  if (const List *list = call.values[0].list())
    return Number(int64_t(list->size()));
  const Type type = e.pool.type(e.field(call.values[0], call.ranges[0]));
  if (!type.samples && type.space.empty())
    return Number(int64_t(1));
  return Field{countPoints(e, type.samples, type.space)};
}

/// The root of the sum of squares; its gradient at 0 is 0, not infinite.
Value runNorm(Evaluator &e, const BuiltinCall &call) {
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Type type = e.pool.type(operand);
  ValueId squares = e.pool.binary("mul", operand, operand, type);
  Type kept = type;
  Over over;
  if (call.given[1]) {
    int64_t axis = e.integer(call.values[1], call.ranges[1], "the axis");
    if (axis < 0 || axis >= int64_t(type.shape.size()))
      e.fail(call.ranges[1], "axis " + std::to_string(axis) + " is outside " + text(type));
    over.axes = {axis};
    kept.shape[axis] = 1;
  } else {
    over.axes.resize(type.shape.size());
    std::iota(over.axes.begin(), over.axes.end(), 0);
    over.space = !type.space.empty();
  }
  ValueId total = reduce(e, squares, over);
  if (call.given[1] && e.pool.type(total) != kept)
    total = e.pool.add("reshape", {total}, kept);
  Type shape = e.pool.type(total);
  ValueId zero = e.pool.constant(0), one = e.pool.constant(1);
  ValueId positive = e.pool.add("cmp", {total, zero}, shape, {{"kind", std::string("gt")}});
  ValueId safe = e.pool.unary("sqrt", e.pool.add("select", {positive, total, one}, shape));
  return Field{e.pool.add("select", {positive, safe, zero}, shape)};
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

Value draw(Evaluator &e, const BuiltinCall &call, const char *kind) {
  if (!e.initialising)
    e.fail(call.range, "random numbers can be drawn only in the initialiser of a `param` or a `state`");
  ValueId a = e.field(call.values[0], call.ranges[0]), b = e.field(call.values[1], call.ranges[1]);
  for (int i = 0; i < 2; ++i)
    if (!e.pool.type(i ? b : a).shape.empty())
      e.fail(call.ranges[i], "a distribution's arguments are single numbers, got " + e.describe(call.values[i]));
  std::string stream = e.initialising->path;
  if (e.initialising->draws++)
    stream += "#" + std::to_string(e.initialising->draws);
  ValueId key = e.pool.leaf("key", "", {});
  Type type{e.initialising->shape};
  return Field{e.pool.add("draw", {key, a, b}, type, {{"kind", std::string(kind)}, {"stream", stream}})};
}
Value runUniform(Evaluator &e, const BuiltinCall &call) { return draw(e, call, "uniform"); }
Value runNormal(Evaluator &e, const BuiltinCall &call) { return draw(e, call, "normal"); }
Value runGamma(Evaluator &e, const BuiltinCall &call) { return draw(e, call, "gamma"); }

/// FNV-1a, 64 bits: the same for the same path on every machine.
int64_t streamOf(const std::string &path) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char c : path)
    hash = (hash ^ c) * 0x100000001b3u;
  return int64_t(hash);
}

Value runBernoulli(Evaluator &e, const BuiltinCall &call) {
  ValueId like = e.field(call.values[0], call.ranges[0]);
  if (auto *number = call.values[1].as<Number>()) {
    if (number->value < 0 || number->value > 1)
      e.fail(call.ranges[1], "a probability lies between 0 and 1, got " + text(*number));
    if (number->value == 1)
      return Number(int64_t(1));
  }
  ValueId probability = e.field(call.values[1], call.ranges[1]);
  if (e.pool.type(probability) != Type())
    e.fail(call.ranges[1], "a probability is a single number, got " + e.describe(call.values[1]));
  std::string path = e.currentOwner()->path();
  int calls = e.masksDrawn[path]++;
  int64_t stream = streamOf(calls ? path + "#" + std::to_string(calls) : path);
  ValueId key = e.pool.leaf("key", "", {});
  return Field{e.pool.add("bernoulli", {key, probability}, Type(e.pool.type(like)), {{"stream", stream}})};
}

} // namespace

const std::vector<Builtin> &reductionBuiltins() {
  static const std::vector<Builtin> table{
      {"sum", {{"x"}, {"over", Takes::Any, true}}, runSum},
      {"mean", {{"x"}, {"over", Takes::Any, true}}, runMean},
      {"count", {{"x"}}, runCount},
      {"norm", {{"x", Takes::Real}, {"axis", Takes::Int, true}}, runNorm},
      {"uniform", {{"low", Takes::Real}, {"high", Takes::Real}}, runUniform},
      {"normal", {{"mean", Takes::Real}, {"deviation", Takes::Real}}, runNormal},
      {"gamma_dist", {{"shape", Takes::Real}, {"rate", Takes::Real}}, runGamma},
      {"bernoulli", {{"x", Takes::Real}, {"p", Takes::Real}}, runBernoulli},
  };
  return table;
}

} // namespace flex::elab
