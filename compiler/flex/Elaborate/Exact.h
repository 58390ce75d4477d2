/// Numbers that are known at compile time: rationals as long as they fit, doubles after that.
///
/// `1.5 * 24` is the integer 36, so widths may be products of decimals. What leaves the rationals (sqrt, sin, a
/// fraction that no longer fits) is inexact and can no longer be a width. An integer that overflows is an error.
#pragma once

#include "flex/AST/AST.h"

#include <optional>
#include <string>

namespace flex::elab {

struct Number {
  std::optional<ast::Rational> exact;
  double value = 0;
  ast::Unit unit = ast::Unit::None;

  Number() : Number(int64_t(0)) {}
  explicit Number(int64_t integer) : exact(ast::Rational{integer, 1}), value(double(integer)) {}
  explicit Number(ast::Rational rational)
      : exact(rational), value(double(rational.numerator) / double(rational.denominator)) {}
  explicit Number(double inexact) : value(inexact) {}

  bool isInteger() const { return exact && exact->denominator == 1; }
  int64_t integer() const { return exact->numerator; } ///< only if `isInteger`
};

/// "3/2", "24", "0.7071": for messages.
std::string text(const Number &number);

/// As few digits as give the number back: for what the runtime reads.
std::string digits(double value);

/// Why there is no result: "division by zero", "the integer does not fit 64 bits"; empty if all is well.
struct Arithmetic {
  Number number;
  std::string error;
};
Arithmetic apply(ast::BinaryOp op, const Number &left, const Number &right);
Arithmetic negate(const Number &number);
/// Exact where both are.
bool compare(ast::BinaryOp op, const Number &left, const Number &right);

} // namespace flex::elab
