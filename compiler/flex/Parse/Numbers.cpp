#include "flex/Parse/Numbers.h"

#include <charconv>
#include <limits>
#include <numeric>

namespace flex {

namespace {

/// False if the product does not fit.
bool timesTen(int64_t &value) { return !__builtin_mul_overflow(value, int64_t{10}, &value); }

} // namespace

std::optional<ast::Rational> parseRational(std::string_view text) {
  ast::Rational value;
  size_t i = 0;
  int64_t exponent = 0;
  bool fraction = false;
  // Trailing zeros of a fraction cost nothing: 0.100000000000000000000 fits.
  size_t mantissaEnd = std::min(text.find_first_of("eE"), text.size());
  size_t significant = mantissaEnd;
  if (text.substr(0, mantissaEnd).find('.') != text.npos)
    while (text[significant - 1] == '0')
      --significant;
  for (; i < significant; ++i) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    if (!timesTen(value.numerator) || __builtin_add_overflow(value.numerator, text[i] - '0', &value.numerator))
      return std::nullopt;
    exponent -= fraction;
  }
  if (mantissaEnd < text.size()) {
    std::string_view digits = text.substr(mantissaEnd + 1);
    if (digits.starts_with('+'))
      digits.remove_prefix(1);
    int32_t written = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), written).ec != std::errc())
      return value.numerator == 0 ? std::optional(ast::Rational{}) : std::nullopt;
    exponent += written;
  }
  if (value.numerator == 0)
    return ast::Rational{};
  for (; exponent > 0; --exponent)
    if (!timesTen(value.numerator))
      return std::nullopt;
  for (; exponent < 0; ++exponent) {
    if (value.numerator % 10 == 0)
      value.numerator /= 10;
    else if (!timesTen(value.denominator))
      return std::nullopt;
  }
  int64_t common = std::gcd(value.numerator, value.denominator);
  return ast::Rational{value.numerator / common, value.denominator / common};
}

double parseDouble(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range)
    return value;
  // from_chars does not say which way; a number with a negative exponent can only be too small.
  size_t e = text.find_first_of("eE");
  bool tiny = e != text.npos && text.substr(e).find('-') != text.npos;
  return tiny ? 0 : std::numeric_limits<double>::infinity();
}

} // namespace flex
