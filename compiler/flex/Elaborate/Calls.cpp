// Calls: of functions, of blocks (which construct an instance), of instances (which apply it), with arguments left open.
#include "flex/Elaborate/Builtins.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

using ast::Role;

namespace {
constexpr int maxCalls = 150;

/// Sets a variable for as long as it lives.
template <typename T> struct Meanwhile {
  T &variable;
  T before;
  Meanwhile(T &variable, T value) : variable(variable), before(variable) { variable = value; }
  ~Meanwhile() { variable = before; }
};

std::string calleeName(const ast::Expr &callee) {
  if (auto *name = ast::as<ast::Name>(&callee))
    return snakeCase(name->text);
  if (auto *member = ast::as<ast::Member>(&callee))
    return snakeCase(member->name.text);
  return "";
}

std::vector<std::string> portNames(const ast::PortList *ports) {
  std::vector<std::string> names;
  for (size_t i = 0; ports && i < ports->ports.size(); ++i)
    names.push_back(ports->ports[i].name.text);
  return names;
}

const ast::PortList *get(const std::optional<ast::PortList> &ports) { return ports ? &*ports : nullptr; }
} // namespace

Value Evaluator::callExpr(const ast::Call &call, Scope &scope, const Hint &hint) {
  Value callee = evaluate(*call.callee, scope);
  bool open = std::any_of(call.arguments.begin(), call.arguments.end(),
                          [](const ast::Argument &argument) { return ast::as<ast::Hole>(argument.value); });
  if (open) {
    if (!callee.as<Callable>())
      fail(call.callee->range, "only a function or a block can have arguments left open, not " + describe(callee));
    Callable later;
    later.scope = &scope;
    later.open = &call;
    later.callee = std::make_shared<Value>(callee);
    return later;
  }
  Hint named = hint;
  if (!hint.given)
    named.segment = named.authors = calleeName(*call.callee);
  std::vector<Arg> args;
  for (const ast::Argument &argument : call.arguments) {
    Arg arg;
    if (argument.name)
      arg.name = argument.name->text;
    arg.range = argument.name ? argument.name->range : argument.value->range;
    arg.expr = argument.value.get();
    arg.scope = &scope;
    args.push_back(std::move(arg));
  }
  return this->call(callee, std::move(args), named, call.range);
}

Value Evaluator::call(const Value &callee, std::vector<Arg> args, const Hint &hint, SourceRange range) {
  if (callee.isPoison())
    throw Failure();
  Meanwhile<int> deeper(calls, calls + 1);
  if (calls > maxCalls)
    fail(range, "more than " + std::to_string(maxCalls) + " calls are nested here", "does a function call itself without end?");
  if (auto *instance = callee.as<Instance *>()) {
    if ((*instance)->decl->role != Role::Recipe)
      return apply(**instance, std::move(args), range);
    if (args.size() != 1 || args.front().name)
      fail(range, "a recipe takes one network: net |> " + (*instance)->decl->name.text + "(...)");
    return runRecipe(**instance, evaluateArg(args.front(), {}), range);
  }
  auto *callable = callee.as<Callable>();
  if (!callable)
    fail(range, "expected something that can be called, got " + describe(callee));
  if (callable->open)
    return callOpen(*callable, std::move(args), hint, range);
  if (callable->builtin)
    return callBuiltin(*callable->builtin, std::move(args), range);
  if (callable->isTemplate())
    return construct(*callable, std::move(args), hint, range);
  return callFunction(*callable, std::move(args), hint, range);
}

/// Fills the holes in order; what is left over is appended.
Value Evaluator::callOpen(const Callable &open, std::vector<Arg> args, const Hint &hint, SourceRange range) {
  std::vector<Arg> all;
  size_t next = 0;
  for (const ast::Argument &argument : open.open->arguments) {
    Arg arg;
    if (ast::as<ast::Hole>(argument.value)) {
      while (next < args.size() && args[next].name)
        ++next;
      if (next == args.size())
        fail(range, "an argument is missing: the call leaves more of them open than are given here");
      arg = args[next];
      args.erase(args.begin() + next);
    } else {
      arg.range = argument.value->range;
      arg.expr = argument.value.get();
      arg.scope = open.scope;
    }
    arg.name = argument.name ? std::optional(argument.name->text) : std::nullopt;
    all.push_back(std::move(arg));
  }
  for (Arg &arg : args)
    all.push_back(std::move(arg));
  return call(*open.callee, std::move(all), hint, range);
}

Value Evaluator::callFunction(const Callable &function, std::vector<Arg> args, const Hint &hint, SourceRange range) {
  const ast::Decl &decl = *function.decl;
  Scope &scope = newScope(function.scope, &decl);
  bind(get(decl.configuration), std::move(args), scope, decl.name.text, range);
  Value result = runBody(decl, scope, hint, range);
  checkResult(decl, result, scope, range);
  return result;
}

Value Evaluator::runBody(const ast::Decl &decl, Scope &scope, const Hint &hint, SourceRange range) {
  if (decl.body.kind == ast::Body::Extern)
    fail(range, "'" + decl.name.text + "' is `extern`, which is not built yet");
  if (decl.body.kind == ast::Body::Value)
    return evaluate(*decl.body.value, scope, hint);
  Flow flow;
  statements(decl.body.statements, scope, hint, flow);
  if (flow.returned)
    return *flow.returned;
  if (flow.failed)
    throw Failure();
  fail(decl.name.range, "'" + decl.name.text + "' returns nothing", "end it with `return ...`");
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

void Evaluator::checkArguments(const ast::PortList *ports, const std::vector<Arg> &args, const std::string &callee,
                               SourceRange range) {
  std::vector<std::string> names = portNames(ports);
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
      report(arg.range, "'" + callee + "' takes " + std::to_string(names.size()) + " argument" +
                            (names.size() == 1 ? "" : "s") + ", got " + std::to_string(args.size()), "");
    } else if (std::find(names.begin(), names.end(), name) == names.end()) {
      std::string near = suggest(name, names);
      report(arg.range, "'" + callee + "' has no argument '" + name + "'",
             near.empty() ? "" : "did you mean '" + near + "'?");
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
    fail(port.range, "'" + port.name.text + "' cannot be set with -D: only int, bool and list arguments are fixed at compile time",
         type == "real" || type == "duration" || type == "size"
             ? "set it when the program runs: " + port.name.text + "=" + given->second : "");
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

//===----------------------------------------------------------------------===//
// Instances
//===----------------------------------------------------------------------===//

/// The instance that an earlier application of the owner constructed here: a body constructs once per instance.
Instance *Evaluator::reuse(const Callable &block, const std::string &segment, SourceRange range) {
  for (Instance::Child &child : owner->children) {
    bool sameSite = child.site.file == range.file && child.site.begin == range.begin;
    if (child.instance->segment != segment || (segment.empty() && !sameSite))
      continue;
    bool earlier = child.application != 0 && child.application < owner->applications;
    if (earlier && child.instance->decl == block.decl) {
      child.application = owner->applications;
      return child.instance;
    }
    if (segment.empty())
      continue;
    diagnostics.error(range, "two instances are called '" + segment + "' here")
        .withHint("label them: x |> first: " + block.decl->name.text + "(...) |> second: ...")
        .in(currentPath());
    diagnostics.note(child.site, "the other one");
    throw Failure();
  }
  return nullptr;
}

Instance *Evaluator::construct(const Callable &block, std::vector<Arg> args, const Hint &hint, SourceRange range) {
  const ast::Decl &decl = *block.decl;
  bool root = decl.role == Role::Network && owner->decl->role == Role::Experiment;
  bool named = hint.given || !hint.segment.empty();
  std::string segment = root ? "" : named ? hint.segment : snakeCase(decl.name.text);
  if (Instance *earlier = reuse(block, segment, range))
    return earlier;
  Instance &instance = instances.emplace_back();
  instance.decl = &decl;
  instance.owner = owner;
  instance.segment = segment;
  instance.authors = root ? "" : named ? hint.authors : segment;
  instance.range = range;
  if (hint.attributes)
    for (const ast::Identifier &tag : hint.attributes->tags)
      instance.tags.push_back(tag.text);
  instance.scope = &newScope(block.scope, &decl);
  Instance *parent = owner;
  {
    Meanwhile<Instance *> inside(owner, &instance);
    bool setsRun = (root || decl.role == Role::Recipe) && parent->decl->role == Role::Experiment;
    bind(get(decl.configuration), std::move(args), *instance.scope, decl.name.text, range, setsRun);
  }
  parent->children.push_back({&instance, range, parent->applications});
  return &instance;
}

Value Evaluator::apply(Instance &instance, std::vector<Arg> args, SourceRange range) {
  const ast::Decl &decl = *instance.decl;
  if (!decl.value)
    fail(range, "'" + decl.name.text + "' takes no value");
  if (instance.applying)
    fail(range, "'" + decl.name.text + "' is applied inside itself");
  std::vector<std::string> values = portNames(&*decl.value);
  for (Arg &arg : args) { // values belong to the caller
    if (arg.name && std::find(values.begin(), values.end(), *arg.name) == values.end())
      fail(arg.range, "'" + decl.name.text + "' has no value '" + *arg.name + "'",
           "it is configured already: this list holds the values that it is applied to");
    arg.value = evaluateArg(arg, {});
    if (arg.expr)
      arg.range = arg.expr->range;
    arg.expr = nullptr;
  }
  Meanwhile<Instance *> inside(owner, &instance);
  Meanwhile<std::string> place(pool.path, instance.path());
  Meanwhile<bool> busy(instance.applying, true);
  ++instance.applications;
  instance.extent.reset();
  instance.body = &newScope(instance.scope, &decl);
  bind(get(decl.value), std::move(args), *instance.body, decl.name.text, range);
  Value result = runBody(decl, *instance.body, {}, range);
  checkResult(decl, result, *instance.body, range);
  instance.result = result;
  return result;
}

Value Evaluator::callBuiltin(const Builtin &builtin, std::vector<Arg> args, SourceRange range) {
  BuiltinCall call{range, {}, {}, {}};
  std::vector<std::string> names;
  for (const BuiltinPort &port : builtin.ports)
    names.push_back(port.name);
  call.values.resize(names.size());
  call.ranges.resize(names.size(), range);
  call.given.resize(names.size());
  size_t position = 0;
  for (const Arg &arg : args) {
    size_t i = arg.name ? size_t(std::find(names.begin(), names.end(), *arg.name) - names.begin()) : position++;
    if (i >= names.size()) {
      std::string near = arg.name ? suggest(*arg.name, names) : "";
      fail(arg.range, arg.name ? "'" + builtin.name + "' has no argument '" + *arg.name + "'"
                               : "'" + builtin.name + "' takes " + std::to_string(names.size()) + " argument" +
                                     (names.size() == 1 ? "" : "s") + ", got " + std::to_string(args.size()),
           near.empty() ? "" : "did you mean '" + near + "'?");
    }
    if (call.given[i])
      fail(arg.range, "the argument '" + names[i] + "' of '" + builtin.name + "' is given twice");
    call.given[i] = true;
    call.ranges[i] = arg.expr ? arg.expr->range : arg.range;
    call.values[i] = evaluateArg(arg, {});
  }
  for (size_t i = 0; i < names.size(); ++i)
    if (!call.given[i] && !builtin.ports[i].optional)
      fail(range, "the argument '" + names[i] + "' of '" + builtin.name + "' is missing", "write `_` to leave it open");
  pool.range = range;
  for (size_t i = 0; i < names.size(); ++i)
    if (call.given[i])
      checkTaken(builtin.ports[i].takes, call.values[i], call.ranges[i],
                 "the argument '" + names[i] + "' of '" + builtin.name + "'");
  return builtin.run(*this, call);
}

void Evaluator::checkTaken(Takes takes, const Value &value, SourceRange range, const std::string &what) {
  auto expect = [&](bool holds, const std::string &wanted) {
    if (!holds)
      fail(range, what + " must be " + wanted + ", got " + describe(value));
  };
  switch (takes) {
  case Takes::Any: return;
  case Takes::Int: integer(value, range, what); return;
  case Takes::Constant: expect(value.as<Number>(), "a number that is known at compile time"); return;
  case Takes::Real: field(value, range, what); return;
  case Takes::Bool: expect(value.as<bool>(), "true or false"); return;
  case Takes::List: expect(value.list(), "a list"); return;
  case Takes::Function: expect(value.as<Callable>(), "a function"); return;
  case Takes::Instance: expect(value.as<Instance *>(), "an instance"); return;
  case Takes::Data: expect(value.as<std::shared_ptr<DataSet>>(), "a data set"); return;
  }
}

} // namespace flex::elab
