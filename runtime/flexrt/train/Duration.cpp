#include "flexrt/train/Duration.h"

#include "flexrt/core/Error.h"

#include <charconv>
#include <cmath>

namespace flexrt {
namespace {

[[noreturn]] void wrong(const std::string &key, const std::string &text, const std::string &expected,
                        const std::string &example) {
  throw Error("'" + key + "' expects " + expected + ", not '" + text + "'", "for example " + example, ExitCode::usage);
}

std::string trimmed(const std::string &text) {
  const size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

template <typename T> bool readAll(const std::string &text, T &value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

} // namespace

std::string numberText(double value) {
  char digits[40];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  return {digits, end};
}

int64_t parseInteger(const std::string &key, const std::string &text, const std::string &example) {
  int64_t value = 0;
  if (!readAll(text, value))
    wrong(key, text, "a whole number", key + "=" + example);
  return value;
}

double parseReal(const std::string &key, const std::string &text, const std::string &example) {
  double value = 0;
  if (!readAll(text, value) || !std::isfinite(value))
    wrong(key, text, "a number", key + "=" + example);
  return value;
}

Duration Duration::parse(const std::string &key, const std::string &text, bool minutesAllowed, const Unit *bare) {
  const std::string clean = trimmed(text);
  const size_t end = clean.find_first_not_of("0123456789.+-eE");
  // 'e' of "epochs" may follow the number without a space.
  size_t split = end == std::string::npos ? clean.size() : end;
  while (split > 0 && (clean[split - 1] == 'e' || clean[split - 1] == 'E'))
    --split;
  const std::string number = trimmed(clean.substr(0, split)), unit = trimmed(clean.substr(split));
  Duration duration;
  const std::string example =
      key + "='20 epochs' or " + key + "='500 steps'" + (minutesAllowed ? " or " + key + "='10 minutes'" : "");
  if (!readAll(number, duration.amount) || !std::isfinite(duration.amount) || duration.amount < 0)
    wrong(key, text, "a number with a unit", example);
  if (unit == "epochs" || unit == "epoch")
    duration.unit = epochs;
  else if (unit == "steps" || unit == "step")
    duration.unit = steps;
  else if (minutesAllowed && (unit == "minutes" || unit == "minute"))
    duration.unit = minutes;
  else if (unit.empty() && bare)
    duration.unit = *bare;
  else
    wrong(key, text, "a number with a unit", example);
  if (duration.unit == steps && duration.amount != std::floor(duration.amount))
    wrong(key, text, "a whole number of steps", example);
  return duration;
}

std::string Duration::text() const {
  static const char *const names[] = {"epochs", "steps", "minutes"};
  return numberText(amount) + " " + names[unit];
}

} // namespace flexrt
