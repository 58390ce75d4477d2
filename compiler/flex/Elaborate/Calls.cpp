// Calls of whatever can be called; functions, open calls and built-ins here, instances in Instances.cpp.
#include "flex/Elaborate/Builtins.h"
#include "flex/Elaborate/Meanwhile.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

using ast::Role;

namespace {
constexpr int maxCalls = 150;

std::string calleeName(const ast::Expr &callee) {
  if (auto *name = ast::as<ast::Name>(&callee))
    return snakeCase(name->text);
  if (auto *member = ast::as<ast::Member>(&callee))
    return snakeCase(member->name.text);
  return "";
}

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
    fail(range, "more than " + std::to_string(maxCalls) + " calls are nested here",
         "does a function call itself without end?");
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
  bind(listOf(decl.configuration), std::move(args), scope, decl.name.text, range);
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
      fail(arg.range,
           arg.name ? "'" + builtin.name + "' has no argument '" + *arg.name + "'"
                    : "'" + builtin.name + "' takes " + std::to_string(names.size()) + " argument" +
                          (names.size() == 1 ? "" : "s") + ", got " + std::to_string(args.size()),
           arg.name ? suggestArgument(*arg.name, names) : "");
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
