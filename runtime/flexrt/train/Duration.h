/// Lengths of time as users write them: '20 epochs', '500 steps', '10 minutes'.
#pragma once

#include <cstdint>
#include <string>

namespace flexrt {

/// A number and what it counts.
struct Duration {
  enum Unit { epochs, steps, minutes };
  double amount = 0;
  Unit unit = epochs;

  /// Reads '20 epochs', '1 epoch', '500 steps', or, where `minutesAllowed`, '10 minutes'. A bare number counts `bare`.
  /// Throws Error that names `key` and gives an example.
  static Duration parse(const std::string &key, const std::string &text, bool minutesAllowed,
                        const Unit *bare = nullptr);
  std::string text() const;

  /// Not for minutes.
  double inSteps(int64_t stepsPerEpoch) const { return unit == epochs ? amount * double(stepsPerEpoch) : amount; }
};

/// A number in the shortest form that reads back the same.
std::string numberText(double value);

/// Reads a whole number or a real from all of `text`; throws Error that names `key` and gives `example`.
int64_t parseInteger(const std::string &key, const std::string &text, const std::string &example);
double parseReal(const std::string &key, const std::string &text, const std::string &example);

} // namespace flexrt
