// Arithmetic on numbers that are known, on sizes, and on fields (which become operations).
#include "flex/Elaborate/Evaluator.h"

namespace flex::elab {

using ast::BinaryOp;

namespace {

const char *symbol(BinaryOp op) {
  static const char *const symbols[] = {"+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or"};
  return symbols[int(op)];
}

/// The dialect's mnemonic; "" for what has none.
const char *mnemonic(BinaryOp op) {
  switch (op) {
  case BinaryOp::Add: return "add";
  case BinaryOp::Sub: return "sub";
  case BinaryOp::Mul: return "mul";
  case BinaryOp::Div: return "div";
  case BinaryOp::Eq: return "eq";
  case BinaryOp::Ne: return "ne";
  case BinaryOp::Lt: return "lt";
  case BinaryOp::Le: return "le";
  case BinaryOp::Gt: return "gt";
  case BinaryOp::Ge: return "ge";
  default: return "";
  }
}

bool comparison(BinaryOp op) { return op >= BinaryOp::Eq && op <= BinaryOp::Ge; }

std::string pluralUnit(const Number &number) {
  return number.unit == ast::Unit::None ? "a plain number" : number.unit == ast::Unit::Epochs ? "epochs" : "steps";
}

} // namespace

Value Evaluator::unary(const ast::Unary &unary, Scope &scope) {
  Value value = evaluate(*unary.operand, scope);
  if (unary.op == ast::UnaryOp::Not) {
    if (auto *known = value.as<bool>())
      return !*known;
    if (value.as<Field>())
      return binary(BinaryOp::Sub, Number(int64_t(1)), value, unary.range);
    fail(unary.range, "expected true or false after `not`, got " + describe(value));
  }
  if (auto *number = value.as<Number>()) {
    Arithmetic result = negate(*number);
    if (!result.error.empty())
      fail(unary.range, result.error);
    return result.number;
  }
  if (value.as<Size>() || value.as<Measure>())
    return binary(BinaryOp::Sub, Number(int64_t(0)), value, unary.range);
  return Field{pool.unary("neg", field(value, unary.range, "the operand of '-'"))};
}

Value Evaluator::logic(const ast::Binary &binary, Scope &scope) {
  bool isAnd = binary.op == BinaryOp::And;
  Value left = evaluate(*binary.left, scope);
  if (auto *known = left.as<bool>(); known && *known != isAnd)
    return left; // decided: the right side is not looked at
  Value right = evaluate(*binary.right, scope);
  for (auto *side : {&left, &right})
    if (!side->as<bool>() && !side->as<Field>())
      fail(side == &left ? binary.left->range : binary.right->range, "expected true or false, got " + describe(*side));
  if (left.as<bool>()) // true and r, false or r
    return right;
  if (auto *known = right.as<bool>())
    return *known == isAnd ? left : right;
  if (isAnd)
    return fields(BinaryOp::Mul, left, right, binary.range);
  std::string why;
  ValueId l = left.as<Field>()->id, r = right.as<Field>()->id;
  std::optional<Type> type = broadcast(pool.type(l), pool.type(r), why);
  if (!type)
    fail(binary.range, why);
  return Field{pool.binary("max", l, r, *type)};
}

Value Evaluator::binary(BinaryOp op, const Value &left, const Value &right, SourceRange range) {
  auto *l = left.as<Number>(), *r = right.as<Number>();
  if (l && r)
    return numbers(op, *l, *r, range);
  if (left.as<Size>() || right.as<Size>())
    return sizes(op, left, right, range);
  if (left.as<Measure>() || right.as<Measure>())
    return measures(op, left, right, range);
  bool equality = op == BinaryOp::Eq || op == BinaryOp::Ne;
  if (equality && left.as<std::string>() && right.as<std::string>())
    return (*left.as<std::string>() == *right.as<std::string>()) == (op == BinaryOp::Eq);
  if (equality && left.as<bool>() && right.as<bool>())
    return (*left.as<bool>() == *right.as<bool>()) == (op == BinaryOp::Eq);
  if (op == BinaryOp::Pow)
    return power(left, right, range);
  return fields(op, left, right, range);
}

Value Evaluator::numbers(BinaryOp op, const Number &left, const Number &right, SourceRange range) {
  bool scales = (op == BinaryOp::Mul && (left.unit == ast::Unit::None || right.unit == ast::Unit::None)) ||
                (op == BinaryOp::Div && right.unit == ast::Unit::None);
  // How many steps an epoch has is known when the program runs.
  const bool durations = left.unit != ast::Unit::None && right.unit != ast::Unit::None;
  if (left.unit != right.unit && durations && (op == BinaryOp::Add || op == BinaryOp::Sub || comparison(op)))
    return fields(op, left, right, range);
  if (left.unit != right.unit && !scales)
    fail(range, "cannot combine " + pluralUnit(left) + " and " + pluralUnit(right) + " with '" + symbol(op) + "'");
  if (comparison(op))
    return compare(op, left, right);
  Arithmetic result = elab::apply(op, left, right);
  if (!result.error.empty())
    fail(range, text(left) + " " + symbol(op) + " " + text(right) + ": " + result.error);
  bool ratio = op == BinaryOp::Div && left.unit == right.unit;
  result.number.unit = ratio ? ast::Unit::None : left.unit != ast::Unit::None ? left.unit : right.unit;
  return result.number;
}

Value Evaluator::fields(BinaryOp op, const Value &left, const Value &right, SourceRange range) {
  std::string what = std::string("an operand of '") + symbol(op) + "'";
  ValueId l = field(left, range, what), r = field(right, range, what);
  std::string why;
  std::optional<Type> type = broadcast(pool.type(l), pool.type(r), why);
  if (!type)
    fail(range, why + " in '" + symbol(op) + "': " + text(pool.type(l)) + " and " + text(pool.type(r)));
  if (comparison(op))
    return Field{pool.add("cmp", {l, r}, *type, {{"kind", std::string(mnemonic(op))}})};
  if (op == BinaryOp::Mod) { // x - floor(x / y) * y
    ValueId whole = pool.unary("floor", pool.binary("div", l, r, *type));
    return Field{pool.binary("sub", l, pool.binary("mul", whole, r, *type), *type)};
  }
  return Field{pool.binary(mnemonic(op), l, r, *type)};
}

Value Evaluator::power(const Value &left, const Value &right, SourceRange range) {
  ValueId base = field(left, range, "the base of '^'"), exponent = field(right, range, "the exponent of '^'");
  if (std::optional<double> known = pool.number(exponent)) {
    if (*known == 2)
      return Field{pool.binary("mul", base, base, Type(pool.type(base)))};
    if (*known == 0.5)
      return Field{pool.unary("sqrt", base)};
  }
  std::string why;
  std::optional<Type> type = broadcast(pool.type(base), pool.type(exponent), why);
  if (!type)
    fail(range, why + " in '^'");
  return Field{pool.binary("pow", base, exponent, *type)};
}

Value Evaluator::sizes(BinaryOp op, const Value &left, const Value &right, SourceRange range) {
  if (op > BinaryOp::Mod)
    fail(range, std::string("sizes are known only when the program runs: '") + symbol(op) + "' cannot be used on them");
  bool divides = op == BinaryOp::Div || op == BinaryOp::Mod;
  if ((divides && right.as<Size>()) || (op == BinaryOp::Mul && left.as<Size>() && right.as<Size>()))
    fail(range,
         std::string("the number of points must be linear in the size: '") + symbol(op) + "' of two sizes is not");
  Size result;
  auto append = [&](const Value &side) {
    if (auto *size = side.as<Size>())
      result.expr.terms.insert(result.expr.terms.end(), size->expr.terms.begin(), size->expr.terms.end());
    else
      result.expr.terms.push_back({'c', integer(side, range, "a number combined with a size")});
  };
  append(left);
  append(right);
  if (divides && result.expr.terms.back().value <= 0)
    fail(range, "sizes can only be divided by positive integers");
  result.expr.terms.push_back({*symbol(op), 0});
  return result;
}

} // namespace flex::elab
