#include "flexrt/data/Arguments.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Suggest.h"

#include <algorithm>
#include <sstream>

namespace flexrt {
namespace {

std::string shown(const YAML::Node &node) {
  YAML::Emitter out;
  out << YAML::Flow << node;
  return out.c_str();
}

std::string shown(int64_t value) { return std::to_string(value); }

std::string shown(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

[[noreturn]] void refuse(const std::string &call, const std::string &key, const std::string &expected,
                         const std::string &actual) {
  throw Error("argument '" + key + "' of '" + call + "' must be " + expected + ", not '" + actual + "'", {},
              ExitCode::usage);
}

template <typename T>
T numberWithin(const std::string &call, const std::string &key, const YAML::Node &node, const char *what, T least,
               T most) {
  const std::string expected = std::string(what) + " from " + shown(least) + " to " + shown(most);
  T value{};
  if (!node.IsScalar() || !YAML::convert<T>::decode(node, value) || !(value >= least && value <= most))
    refuse(call, key, expected, shown(node));
  return value;
}

} // namespace

Arguments::Arguments(const YAML::Node &description) : call(description) {
  if (description.IsScalar()) {
    name_ = description.Scalar();
    call.reset(YAML::Node(YAML::NodeType::Map)); // an assignment would change the caller's node
    return;
  }
  if (!description.IsMap() || !description["name"] || !description["name"].IsScalar())
    throw Error("a data set is described by its name or by a map with 'name', not by '" + shown(description) + "'", {},
                ExitCode::usage);
  name_ = description["name"].Scalar();
  if (auto args = description["args"]; args && !args.IsSequence())
    refuse(name_, "args", "a list", shown(args));
}

YAML::Node Arguments::node(const std::string &key) {
  const size_t position = signature.size();
  signature.push_back(key);
  const YAML::Node &given = call; // const: looking up a key of a non-const map inserts it
  const YAML::Node named = given[key], args = given["args"];
  const bool positional = args && position < args.size();
  if (named && positional)
    throw Error("argument '" + key + "' of '" + name_ + "' is given twice: by name and by position", {},
                ExitCode::usage);
  if (named)
    return named;
  return positional ? args[position] : YAML::Node(YAML::NodeType::Undefined);
}

bool Arguments::has(const std::string &key) const {
  const YAML::Node &given = call; // const: looking up a key of a non-const map inserts it
  return bool(given[key]);
}

int64_t Arguments::integer(const std::string &key, int64_t otherwise, int64_t least, int64_t most) {
  const YAML::Node value = node(key);
  return value ? numberWithin<int64_t>(name_, key, value, "an integer", least, most) : otherwise;
}

double Arguments::real(const std::string &key, double otherwise, double least, double most) {
  const YAML::Node value = node(key);
  return value ? numberWithin<double>(name_, key, value, "a number", least, most) : otherwise;
}

bool Arguments::flag(const std::string &key, bool otherwise) {
  const YAML::Node value = node(key);
  bool set = otherwise;
  if (value && !YAML::convert<bool>::decode(value, set))
    refuse(name_, key, "true or false", shown(value));
  return set;
}

std::vector<std::string> Arguments::texts(const std::string &key) {
  const YAML::Node value = node(key);
  std::vector<std::string> result;
  if (!value)
    return result;
  if (!value.IsSequence())
    refuse(name_, key, "a list of texts", shown(value));
  for (const YAML::Node &element : value) {
    if (!element.IsScalar())
      refuse(name_, key, "a list of texts", shown(value));
    result.push_back(element.Scalar());
  }
  return result;
}

std::string Arguments::text(const std::string &key, const std::string &otherwise) {
  const YAML::Node value = node(key);
  if (value && !value.IsScalar())
    refuse(name_, key, "a text", shown(value));
  return value ? value.Scalar() : otherwise;
}

std::vector<double> Arguments::reals(const std::string &key) {
  const YAML::Node value = node(key);
  std::vector<double> result;
  if (!value)
    return result;
  const double most = 1e30;
  if (!value.IsSequence())
    return {numberWithin(name_, key, value, "a number or a list of numbers", -most, most)};
  for (const YAML::Node &element : value)
    result.push_back(numberWithin(name_, key, element, "a list of numbers", -most, most));
  return result;
}

void Arguments::finish() const {
  std::string names;
  for (const std::string &key : signature)
    names += (names.empty() ? "" : ", ") + key;
  const std::string hint = names.empty() ? "'" + name_ + "' takes no arguments" : "it takes: " + names;
  if (const YAML::Node args = call["args"]; args && args.size() > signature.size())
    throw Error("'" + name_ + "' takes " + std::to_string(signature.size()) + " arguments, not " +
                    std::to_string(args.size()),
                hint, ExitCode::usage);
  for (const auto &entry : call) {
    const std::string key = entry.first.Scalar();
    if (key == "name" || key == "args" || std::find(signature.begin(), signature.end(), key) != signature.end())
      continue;
    throw Error("'" + name_ + "' has no argument '" + key + "'" + didYouMean(key, signature), hint, ExitCode::usage);
  }
}

} // namespace flexrt
