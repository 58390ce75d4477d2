/// Decimal numbers, exactly.
#pragma once

#include "flex/AST/AST.h"

#include <optional>
#include <string_view>

namespace flex {

/// The value of "24", "1.5", "1e-5" in lowest terms; none where numerator or denominator need more than 63 bits.
std::optional<ast::Rational> parseRational(std::string_view text);

/// The nearest double; infinity where it is too large.
double parseDouble(std::string_view text);

} // namespace flex
