// Exact arithmetic in 128 bits, reduced to 64 after every operation.
#include "flex/Elaborate/Exact.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace flex::elab {

using ast::BinaryOp;
using Wide = __int128;

namespace {

bool fits(Wide value) {
  return value <= std::numeric_limits<int64_t>::max() && value > std::numeric_limits<int64_t>::min();
}

Wide gcd(Wide a, Wide b) {
  a = a < 0 ? -a : a;
  while (b) {
    Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/// The fraction in lowest terms, or nothing if it does not fit. The denominator is not 0.
std::optional<ast::Rational> reduce(Wide numerator, Wide denominator) {
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  Wide divisor = gcd(numerator, denominator);
  if (divisor > 1) {
    numerator /= divisor;
    denominator /= divisor;
  }
  if (!fits(numerator) || !fits(denominator))
    return std::nullopt;
  return ast::Rational{int64_t(numerator), int64_t(denominator)};
}

double approximate(BinaryOp op, double left, double right) {
  switch (op) {
  case BinaryOp::Add: return left + right;
  case BinaryOp::Sub: return left - right;
  case BinaryOp::Mul: return left * right;
  case BinaryOp::Div: return left / right;
  case BinaryOp::Mod: return left - std::floor(left / right) * right;
  default: return std::pow(left, right);
  }
}

std::optional<ast::Rational> power(ast::Rational base, int64_t exponent) {
  bool inverse = exponent < 0;
  uint64_t count = inverse ? 0 - uint64_t(exponent) : uint64_t(exponent);
  ast::Rational result{1, 1};
  while (count) {
    if (count & 1) {
      auto product = reduce(Wide(result.numerator) * base.numerator, Wide(result.denominator) * base.denominator);
      if (!product)
        return std::nullopt;
      result = *product;
    }
    count >>= 1;
    if (!count)
      break;
    auto square = reduce(Wide(base.numerator) * base.numerator, Wide(base.denominator) * base.denominator);
    if (!square)
      return std::nullopt;
    base = *square;
  }
  if (inverse)
    return reduce(result.denominator, result.numerator);
  return result;
}

std::optional<ast::Rational> exactly(BinaryOp op, ast::Rational a, ast::Rational b) {
  Wide an = a.numerator, ad = a.denominator, bn = b.numerator, bd = b.denominator;
  switch (op) {
  case BinaryOp::Add: return reduce(an * bd + bn * ad, ad * bd);
  case BinaryOp::Sub: return reduce(an * bd - bn * ad, ad * bd);
  case BinaryOp::Mul: return reduce(an * bn, ad * bd);
  case BinaryOp::Div: return reduce(an * bd, ad * bn);
  case BinaryOp::Mod: {
    // a - floor(a / b) * b over the common denominator
    Wide left = an * bd, right = bn * ad;
    Wide rest = left % right;
    if (rest && (rest < 0) != (right < 0))
      rest += right;
    return reduce(rest, ad * bd);
  }
  default: return bd == 1 ? power(a, b.numerator) : std::nullopt;
  }
}

} // namespace

std::string text(const Number &number) {
  std::string unit = number.unit == ast::Unit::Epochs ? " epochs" : number.unit == ast::Unit::Steps ? " steps" : "";
  if (number.isInteger())
    return std::to_string(number.integer()) + unit;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.6g", number.value);
  return buffer + unit;
}

std::string digits(double value) {
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

Arithmetic apply(BinaryOp op, const Number &left, const Number &right) {
  bool zero = right.exact ? right.exact->numerator == 0 : right.value == 0;
  if (zero && (op == BinaryOp::Div || op == BinaryOp::Mod))
    return {Number(), "division by zero"};
  bool negativePower = op == BinaryOp::Pow && right.value < 0 && left.value == 0;
  if (negativePower)
    return {Number(), "a negative power of zero"};
  if (left.exact && right.exact)
    if (auto result = exactly(op, *left.exact, *right.exact))
      return {Number(*result), ""};
  bool integers =
      left.isInteger() && right.isInteger() && op != BinaryOp::Div && !(op == BinaryOp::Pow && right.value < 0);
  if (integers)
    return {Number(), "the result does not fit a 64-bit integer"};
  double result = approximate(op, left.value, right.value);
  if (!std::isfinite(result))
    return {Number(), "the result is not a finite number"};
  return {Number(result), ""};
}

Arithmetic negate(const Number &number) {
  Arithmetic result = apply(BinaryOp::Sub, Number(int64_t(0)), number);
  result.number.unit = number.unit;
  return result;
}

bool compare(BinaryOp op, const Number &left, const Number &right) {
  int order = left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
  if (left.exact && right.exact) {
    Wide a = Wide(left.exact->numerator) * right.exact->denominator;
    Wide b = Wide(right.exact->numerator) * left.exact->denominator;
    order = a < b ? -1 : a > b ? 1 : 0;
  }
  switch (op) {
  case BinaryOp::Eq: return order == 0;
  case BinaryOp::Ne: return order != 0;
  case BinaryOp::Lt: return order < 0;
  case BinaryOp::Le: return order <= 0;
  case BinaryOp::Gt: return order > 0;
  default: return order >= 0;
  }
}

} // namespace flex::elab
