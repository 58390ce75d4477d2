/// Arguments of a data clause, as the language wrote them: {name: adding, args: [100], train: 5000}.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace flexrt {

/// Hands out the arguments of one call by name or by position: the order in which a data set asks for them is its
/// signature. Ask for everything, then call `finish`, which refuses what nobody asked for.
class Arguments {
public:
  /// `call` is a name alone, or a map with `name`, and optionally `args` (a list) and named arguments. Throws Error.
  explicit Arguments(const YAML::Node &call);

  const std::string &name() const { return name_; }

  /// Each throws Error for a value of the wrong type or outside its range.
  int64_t integer(const std::string &key, int64_t otherwise, int64_t least, int64_t most);
  double real(const std::string &key, double otherwise, double least, double most);
  bool flag(const std::string &key, bool otherwise);
  std::string text(const std::string &key, const std::string &otherwise);
  /// Empty if not given.
  std::vector<std::string> texts(const std::string &key);
  /// Empty if not given; a single number is a list of one.
  std::vector<double> reals(const std::string &key);
  /// Whether it was given by name.
  bool has(const std::string &key) const;
  /// An undefined node if not given.
  YAML::Node node(const std::string &key);

  /// Throws Error if an argument was given that was not asked for, with the signature and a suggestion.
  void finish() const;

private:
  std::string name_;
  YAML::Node call;
  std::vector<std::string> signature;
};

} // namespace flexrt
