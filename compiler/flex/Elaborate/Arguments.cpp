// Arguments: which port takes which, defaults, what `-D` overrides, and what becomes a setting.
#include "flex/Elaborate/Evaluator.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

const ast::PortList *listOf(const std::optional<ast::PortList> &ports) { return ports ? &*ports : nullptr; }

std::vector<std::string> namesOf(const ast::PortList *ports) {
  std::vector<std::string> names;
  for (size_t i = 0; ports && i < ports->ports.size(); ++i)
    names.push_back(ports->ports[i].name.text);
  return names;
}

void Evaluator::checkArguments(const ast::PortList *ports, const std::vector<Arg> &args, const std::string &callee,
                               SourceRange range) {
  std::vector<std::string> names = namesOf(ports);
  std::set<std::string> seen;
  size_t position = 0;
  bool failed = false;
  auto report = [&](SourceRange at, const std::string &message, const std::string &hint) {
    Diagnostic &diagnostic = diagnostics.error(at, message);
    if (!hint.empty())
      diagnostic.withHint(hint);
    diagnostic.in(currentPath());
    failed = true;
  };
  for (const Arg &arg : args) {
    std::string name = arg.name ? *arg.name : position < names.size() ? names[position] : "";
    position += arg.name ? 0 : 1;
    if (!arg.name && name.empty()) {
      report(arg.range,
             "'" + callee + "' takes " + std::to_string(names.size()) + " argument" + (names.size() == 1 ? "" : "s") +
                 ", got " + std::to_string(args.size()),
             "");
    } else if (std::find(names.begin(), names.end(), name) == names.end()) {
      report(arg.range, "'" + callee + "' has no argument '" + name + "'", suggestArgument(name, names));
    } else if (!seen.insert(name).second) {
      report(arg.range, "the argument '" + name + "' of '" + callee + "' is given twice", "");
    }
  }
  for (size_t i = 0; ports && i < names.size(); ++i)
    if (!seen.count(names[i]) && !ports->ports[i].init)
      report(range, "the argument '" + names[i] + "' of '" + callee + "' is missing", "write `_` to leave it open");
  if (failed)
    throw Failure();
}

const Arg *Evaluator::argumentFor(const ast::PortList &ports, size_t port, const std::vector<Arg> &args) {
  size_t position = 0;
  for (const Arg &arg : args) {
    if (arg.name ? *arg.name == ports.ports[port].name.text : position == port)
      return &arg;
    position += arg.name ? 0 : 1;
  }
  return nullptr;
}

void Evaluator::bind(const ast::PortList *ports, std::vector<Arg> args, Scope &scope, const std::string &callee,
                     SourceRange range, bool setsRun) {
  checkArguments(ports, args, callee, range);
  bool failed = false;
  for (size_t i = 0; ports && i < ports->ports.size(); ++i) {
    const ast::Port &port = ports->ports[i];
    try {
      std::optional<Value> value = setsRun ? fromDefine(port, scope) : std::nullopt;
      if (!value)
        value = bindPort(port, argumentFor(*ports, i, args), scope, callee, range);
      define(scope, port.name.text, setsRun ? asSetting(port, *value) : *value, port.name.range);
    } catch (Failure) { // the other arguments may be wrong too
      failed = true;
      scope.names.try_emplace(port.name.text, Binding{Poison(), port.name.range, false});
    }
  }
  if (failed)
    throw Failure();
}

Value Evaluator::bindPort(const ast::Port &port, const Arg *arg, Scope &scope, const std::string &callee,
                          SourceRange range) {
  auto *named = ast::as<ast::NamedType>(port.type);
  const ast::Expr *expr = arg ? arg->expr : port.init.get();
  // Initialisers wait for their `param`. A default sees the names of the body it is used in.
  if (named && named->name.text == "init" && expr)
    return Initialiser{expr, arg ? arg->scope : nullptr};
  Hint hint = hintFor(port.name.text, port.attributes, scope);
  Value value = arg ? evaluateArg(*arg, hint) : evaluate(*expr, scope, hint);
  SourceRange at = arg ? (arg->expr ? arg->expr->range : arg->range) : range;
  return check(*port.type, std::move(value), scope, at, "the argument '" + port.name.text + "' of '" + callee + "'");
}

Value Evaluator::evaluateArg(const Arg &arg, const Hint &hint) {
  if (arg.expr)
    return evaluate(*arg.expr, *arg.scope, hint);
  if (arg.value.isPoison())
    throw Failure();
  return arg.value;
}

/// The value that `-D` gives to an int, bool or list.
std::optional<Value> Evaluator::fromDefine(const ast::Port &port, Scope &scope) {
  auto *named = ast::as<ast::NamedType>(port.type);
  const std::string type = named ? named->name.text : "";
  bool settable = type == "int" || type == "bool" || type == "list";
  auto given = options.defines.find(port.name.text);
  if (settable)
    definable.insert(port.name.text);
  if (given == options.defines.end())
    return std::nullopt;
  defined.insert(port.name.text);
  if (!settable)
    fail(port.range,
         "'" + port.name.text + "' cannot be set with -D: only int, bool and list arguments are fixed at compile time",
         type == "real" || type == "duration" || type == "size"
             ? "set it when the program runs: " + port.name.text + "=" + given->second
             : "");
  const ast::Expr *expr = modules.expression(given->first, given->second);
  if (!expr)
    throw Failure();
  Scope &outside = newScope(&modules.builtins(), nullptr);
  return check(*port.type, evaluate(*expr, outside), scope, expr->range, "'" + port.name.text + "'");
}

/// What the user of the compiled program may change keeps its name in the graph.
Value Evaluator::asSetting(const ast::Port &port, Value value) {
  auto *named = ast::as<ast::NamedType>(port.type);
  auto *number = value.as<Number>();
  const std::string type = named ? named->name.text : "";
  if (!number || (type != "real" && type != "duration" && type != "size"))
    return value;
  if (number->unit == ast::Unit::Steps && !number->isInteger())
    fail(port.range, "'" + port.name.text + "' must be a whole number of steps, got " + text(*number));
  std::string unit = number->unit == ast::Unit::Epochs ? "epochs" : number->unit == ast::Unit::Steps ? "steps" : type;
  return Field{setting(port.name.text, *number, unit, port.range)};
}

ValueId Evaluator::setting(const std::string &name, const Number &value, const std::string &unit, SourceRange range) {
  for (const Setting &other : experiment.settings) {
    bool same = other.range.file == range.file && other.range.begin == range.begin;
    if (other.name == name && !same) {
      diagnostics.error(range, "two settings are called '" + name + "'").withHint("rename one of the arguments");
      diagnostics.note(other.range, "the other one");
      throw Failure();
    }
    if (other.name == name)
      return pool.leaf("setting", name, {});
  }
  experiment.settings.push_back({name, value.value, unit, range});
  return pool.leaf("setting", name, {});
}

ValueId Evaluator::provided(const std::string &name, double value, SourceRange range) {
  auto same = [&](const Setting &other) { return other.name == name; };
  if (std::none_of(experiment.settings.begin(), experiment.settings.end(), same))
    experiment.settings.push_back({name, value, "runtime", range});
  return pool.leaf("setting", name, {});
}

} // namespace flex::elab
