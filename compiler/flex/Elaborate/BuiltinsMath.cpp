// Built-ins that compute at each point, and those that rearrange channels.
#include "flex/Elaborate/Builtins.h"

#include <cmath>

namespace flex::elab {

namespace {

double same(double x) { return x; }

/// A number stays one; a field becomes the op `mnemonic`.
Value pointwise(Evaluator &e, const BuiltinCall &call, const char *mnemonic, double (*known)(double)) {
  if (auto *number = call.values[0].as<Number>(); number && number->unit == ast::Unit::None) {
    double result = known(number->value);
    if (!std::isfinite(result))
      e.fail(call.range, std::string(mnemonic) + "(" + text(*number) + ") is not a finite number");
    if (result == std::floor(result) && std::abs(result) < 1e15) // sqrt(4), abs(-2), floor(1.5)
      return Number(int64_t(result));
    return Number(result);
  }
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  return Field{e.pool.unary(mnemonic, operand)};
}

Value runExp(Evaluator &e, const BuiltinCall &call) {
  return pointwise(e, call, "exp", [](double x) { return std::exp(x); });
}
Value runLog(Evaluator &e, const BuiltinCall &call) {
  return pointwise(e, call, "log", [](double x) { return std::log(x); });
}
Value runSin(Evaluator &e, const BuiltinCall &call) {
  return pointwise(e, call, "sin", [](double x) { return std::sin(x); });
}
Value runCos(Evaluator &e, const BuiltinCall &call) {
  return pointwise(e, call, "cos", [](double x) { return std::cos(x); });
}
Value runTanh(Evaluator &e, const BuiltinCall &call) {
  return pointwise(e, call, "tanh", [](double x) { return std::tanh(x); });
}
Value runSqrt(Evaluator &e, const BuiltinCall &call) {
  return pointwise(e, call, "sqrt", [](double x) { return std::sqrt(x); });
}
Value runFloor(Evaluator &e, const BuiltinCall &call) {
  return pointwise(e, call, "floor", [](double x) { return std::floor(x); });
}
Value runDetach(Evaluator &e, const BuiltinCall &call) { return pointwise(e, call, "detach", same); }

Value runAbs(Evaluator &e, const BuiltinCall &call) {
  auto *number = call.values[0].as<Number>();
  if (!number)
    return pointwise(e, call, "abs", [](double x) { return std::abs(x); });
  return number->value < 0 ? negate(*number).number : *number;
}

/// `max` and `min`: the exact one of two numbers, or an op.
Value choose(Evaluator &e, const BuiltinCall &call, const char *mnemonic, ast::BinaryOp leftWins) {
  auto *l = call.values[0].as<Number>(), *r = call.values[1].as<Number>();
  if (l && r)
    return compare(leftWins, *l, *r) ? *l : *r;
  ValueId left = e.field(call.values[0], call.ranges[0]), right = e.field(call.values[1], call.ranges[1]);
  std::string why;
  std::optional<Type> type = broadcast(e.pool.type(left), e.pool.type(right), why);
  if (!type)
    e.fail(call.range, why + " in '" + mnemonic + "'");
  return Field{e.pool.add(mnemonic, {left, right}, *type)};
}
Value runMax(Evaluator &e, const BuiltinCall &call) { return choose(e, call, "max", ast::BinaryOp::Gt); }
Value runMin(Evaluator &e, const BuiltinCall &call) { return choose(e, call, "min", ast::BinaryOp::Lt); }

Value runWhere(Evaluator &e, const BuiltinCall &call) {
  if (auto *known = call.values[0].as<bool>())
    return call.values[*known ? 1 : 2];
  std::vector<ValueId> operands;
  Type type;
  for (size_t i = 0; i < 3; ++i) {
    operands.push_back(e.field(call.values[i], call.ranges[i]));
    std::string why;
    std::optional<Type> both = broadcast(type, e.pool.type(operands.back()), why);
    if (!both)
      e.fail(call.ranges[i], why + " in 'where'");
    type = *both;
  }
  return Field{e.pool.add("select", operands, type)};
}

/// Drops the last channel axis.
Value overLastAxis(Evaluator &e, const BuiltinCall &call, const char *mnemonic) {
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Type type = e.pool.type(operand);
  if (type.shape.empty())
    e.fail(call.ranges[0], std::string("'") + mnemonic + "' needs channels, got " + e.describe(call.values[0]));
  type.shape.pop_back();
  return Field{e.pool.add(mnemonic, {operand}, type)};
}
Value runArgmax(Evaluator &e, const BuiltinCall &call) { return overLastAxis(e, call, "argmax"); }
Value runChannelMax(Evaluator &e, const BuiltinCall &call) { return overLastAxis(e, call, "channel_max"); }

Value runOneHot(Evaluator &e, const BuiltinCall &call) {
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  int64_t classes = e.integer(call.values[1], call.ranges[1], "the number of classes");
  Type type = e.pool.type(operand);
  if (!type.shape.empty())
    e.fail(call.ranges[0], "class numbers have no channel axis, got " + text(type));
  if (classes <= 0)
    e.fail(call.ranges[1], "the number of classes must be positive");
  type.shape.push_back(classes);
  return Field{e.pool.add("one_hot", {operand}, type)};
}

Value runReshape(Evaluator &e, const BuiltinCall &call) {
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Type type = e.pool.type(operand), result = type;
  result.shape.clear();
  int64_t count = 1;
  for (const Value &item : *call.values[1].list()) {
    int64_t size = e.integer(item, call.ranges[1], "a size of the new shape");
    if (size <= 0 || size > (int64_t(1) << 36) / count)
      e.fail(call.ranges[1], "the sizes of a shape must be positive and of reasonable size");
    count *= size;
    result.shape.push_back(size);
  }
  if (count != elementCount(type.shape))
    e.fail(call.range, "cannot reshape " + text(Type{type.shape}) + " (" + std::to_string(elementCount(type.shape)) +
                           " channels) to " + text(Type{result.shape}) + " (" + std::to_string(count) + ")");
  return type == result ? call.values[0] : Value(Field{e.pool.add("reshape", {operand}, result)});
}

Value runStack(Evaluator &e, const BuiltinCall &call) {
  const List &items = *call.values[0].list();
  if (items.empty())
    e.fail(call.ranges[0], "'stack' needs at least one value");
  std::vector<ValueId> operands;
  Type type;
  for (const Value &item : items) {
    operands.push_back(e.field(item, call.ranges[0]));
    std::string why;
    std::optional<Type> both = broadcast(type, e.pool.type(operands.back()), why);
    if (!both)
      e.fail(call.ranges[0], why + " in 'stack'");
    type = *both;
  }
  for (ValueId &operand : operands)
    operand = e.pool.repeat(operand, type);
  type.shape.push_back(int64_t(items.size()));
  return Field{e.pool.add("stack", operands, type)};
}

} // namespace

const std::vector<Builtin> &mathBuiltins() {
  static const std::vector<Builtin> table{
      {"exp", {{"x", Takes::Real}}, runExp},
      {"log", {{"x", Takes::Real}}, runLog},
      {"sin", {{"x", Takes::Real}}, runSin},
      {"cos", {{"x", Takes::Real}}, runCos},
      {"tanh", {{"x", Takes::Real}}, runTanh},
      {"sqrt", {{"x", Takes::Real}}, runSqrt},
      {"abs", {{"x", Takes::Real}}, runAbs},
      {"floor", {{"x", Takes::Real}}, runFloor},
      {"detach", {{"x", Takes::Real}}, runDetach},
      {"max", {{"a", Takes::Real}, {"b", Takes::Real}}, runMax},
      {"min", {{"a", Takes::Real}, {"b", Takes::Real}}, runMin},
      {"where", {{"condition"}, {"then"}, {"otherwise"}}, runWhere},
      {"argmax", {{"x", Takes::Real}}, runArgmax},
      {"channel_max", {{"x", Takes::Real}}, runChannelMax},
      {"one_hot", {{"label", Takes::Real}, {"classes", Takes::Int}}, runOneHot},
      {"reshape", {{"x", Takes::Real}, {"shape", Takes::List}}, runReshape},
      {"stack", {{"values", Takes::List}}, runStack},
  };
  return table;
}

} // namespace flex::elab
