// Statements: names, parameters and states, static loops and choices, requirements.
#include "flex/Elaborate/Evaluator.h"
#include "flex/Elaborate/Meanwhile.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

using ast::Stmt;

void Evaluator::statements(const std::vector<ast::StmtPtr> &list, Scope &scope, const Hint &hint, Flow &flow) {
  for (const ast::StmtPtr &stmt : list) {
    try {
      statement(*stmt, scope, hint, flow);
    } catch (Failure) {
      flow.failed = true;
      poison(*stmt, scope);
      if (ast::as<ast::Return>(stmt) || ast::as<ast::Require>(stmt)) // what follows relies on what is required
        throw;
    }
    if (flow.returned)
      return;
  }
}

void Evaluator::statement(const Stmt &stmt, Scope &scope, const Hint &hint, Flow &flow) {
  pool.range = stmt.range;
  switch (stmt.kind) {
  case Stmt::Kind::Local: {
    const ast::Decl &decl = *ast::as<ast::Local>(&stmt)->decl;
    Callable callable;
    callable.decl = &decl;
    callable.scope = &scope;
    define(scope, decl.name.text, callable, decl.name.range);
    return;
  }
  case Stmt::Kind::Let: {
    const auto &let = *ast::as<ast::Let>(&stmt);
    Value value = evaluate(*let.value, scope, hintFor(let.name.text, let.attributes, scope, let.value.get()));
    if (auto *result = value.as<StageResult>(); result && found.plan.stages[result->stage].name.empty())
      found.plan.stages[result->stage].name = let.name.text;
    define(scope, let.name.text, std::move(value), let.name.range);
    return;
  }
  case Stmt::Kind::Var: {
    const auto &var = *ast::as<ast::Var>(&stmt);
    define(scope, var.name.text, evaluate(*var.value, scope), var.name.range, true);
    return;
  }
  case Stmt::Kind::Param: return parameter(*ast::as<ast::Param>(&stmt), scope, true);
  case Stmt::Kind::State: return parameter(*ast::as<ast::State>(&stmt), scope, false);
  case Stmt::Kind::Next: return next(*ast::as<ast::Next>(&stmt), scope);
  case Stmt::Kind::Assign: return assign(*ast::as<ast::Assign>(&stmt), scope);
  case Stmt::Kind::For: return loop(*ast::as<ast::For>(&stmt), scope, hint, flow);
  case Stmt::Kind::If: {
    const auto &choice = *ast::as<ast::If>(&stmt);
    return statements(condition(*choice.condition, scope) ? choice.then : choice.otherwise, scope, hint, flow);
  }
  case Stmt::Kind::Require: return requirement(*ast::as<ast::Require>(&stmt), scope);
  case Stmt::Kind::Extent: return extent(*ast::as<ast::Extent>(&stmt), scope);
  case Stmt::Kind::Band: return band(*ast::as<ast::Band>(&stmt), scope);
  case Stmt::Kind::Return: flow.returned = evaluate(*ast::as<ast::Return>(&stmt)->value, scope, hint); return;
  }
}

/// Whoever uses what the statement would have defined fails silently.
void Evaluator::poison(const Stmt &stmt, Scope &scope) {
  auto spoil = [&](const ast::Identifier &name) {
    scope.names.try_emplace(name.text, Binding{Poison(), name.range, true});
  };
  if (auto *let = ast::as<ast::Let>(&stmt))
    spoil(let->name);
  else if (auto *var = ast::as<ast::Var>(&stmt))
    spoil(var->name);
  else if (auto *param = ast::as<ast::Param>(&stmt))
    spoil(param->name);
  else if (auto *state = ast::as<ast::State>(&stmt))
    spoil(state->name);
  else if (auto *assign = ast::as<ast::Assign>(&stmt)) {
    if (Binding *binding = find(scope, assign->name.text); binding && binding->variable)
      binding->value = Poison();
    else
      spoil(assign->name);
  } else if (auto *choice = ast::as<ast::If>(&stmt)) {
    for (const auto *branch : {&choice->then, &choice->otherwise})
      for (const ast::StmtPtr &inner : *branch)
        poison(*inner, scope);
  }
}

void Evaluator::loop(const ast::For &loop, Scope &scope, const Hint &hint, Flow &flow) {
  Value values = evaluate(*loop.values, scope);
  if (values.as<Field>())
    fail(loop.values->range, "a loop is unrolled at compile time, but this is known only when the program runs");
  if (!values.list())
    fail(loop.values->range, "expected a list to go through, got " + describe(values));
  for (const Value &value : *values.list()) {
    Scope &round = newScope(&scope, scope.decl);
    define(round, loop.name.text, value, loop.name.range);
    auto *number = value.as<Number>();
    auto *string = value.as<std::string>();
    rounds.emplace_back(loop.name.text, number   ? text(*number)
                                        : string ? *string
                                                 : std::to_string(&value - values.list()->data()));
    statements(loop.body, round, hint, flow);
    rounds.pop_back();
    if (flow.returned)
      return;
  }
}

//===----------------------------------------------------------------------===//
// Parameters and states
//===----------------------------------------------------------------------===//

std::vector<int64_t> Evaluator::shapeOf(const ast::Storage &stmt, Scope &scope) {
  constexpr int64_t maxElements = int64_t(1) << 36;
  constexpr size_t maxAxes = 8;
  std::vector<int64_t> shape;
  int64_t count = 1;
  for (const ast::ExprPtr &expr : stmt.shape) {
    int64_t size = integer(evaluate(*expr, scope), expr->range, "a size of '" + stmt.name.text + "'");
    if (size <= 0)
      fail(expr->range, "a size of '" + stmt.name.text + "' must be positive, got " + std::to_string(size));
    if (size > maxElements / count)
      fail(stmt.range, "'" + stmt.name.text + "' has more than 2^36 elements");
    count *= size;
    shape.push_back(size);
  }
  if (shape.size() > maxAxes)
    fail(stmt.range, "'" + stmt.name.text + "' has more than 8 axes");
  return shape;
}

ValueId Evaluator::initialValue(const ast::Storage &stmt, Scope &scope, const std::string &path,
                                const std::vector<int64_t> &shape) {
  ValueId value;
  {
    Meanwhile<std::optional<Initialising>> here(initialising, Initialising{path, shape});
    value = field(evaluate(*stmt.value, scope), stmt.value->range, "an initial value");
  }
  std::string why;
  std::optional<Type> type = broadcast(pool.type(value), Type{shape}, why);
  if (!type || *type != Type{shape})
    fail(stmt.value->range, "the initial value of '" + stmt.name.text + "' must have the shape " + text(Type{shape}) +
                                ", got " + text(pool.type(value)));
  return pool.repeat(value, Type{shape});
}

void Evaluator::parameter(const ast::Storage &stmt, Scope &scope, bool trained) {
  const std::string &name = stmt.name.text;
  const char *kind = trained ? "parameter" : "state";
  if (updating) {
    if (trained)
      fail(stmt.range, "an optimiser has no parameters of its own");
    return define(scope, name, moment(stmt, scope), stmt.name.range);
  }
  std::string prefix = owner->path(), path = prefix + (prefix.empty() ? "" : ".") + name;
  std::vector<int64_t> shape = shapeOf(stmt, scope);
  if (auto known = owner->storage.find(name); known != owner->storage.end() && owner->applications > 1) {
    Type type = pool.type(known->second.as<Field>()->id);
    if (type != Type{shape})
      fail(stmt.range, "'" + path + "' is shared, but its shape is " + text(type) + " in one use and " +
                           text(Type{shape}) + " in this one");
    // A state that an earlier application has moved on goes on from there.
    auto moved = nextStates.find(path);
    return define(scope, name, moved == nextStates.end() ? known->second : Value(Field{moved->second}),
                  stmt.name.range);
  }
  if (initial.count(path))
    fail(stmt.range, "two parameters or states have the path '" + path + "'", "give one of their instances a label");
  ValueId start = initialValue(stmt, scope, path, shape);
  ValueId leaf = pool.leaf(kind, path, Type{shape});
  initial[path] = start;
  initialOfLeaf[leaf] = start;
  owner->storage[name] = Field{leaf};
  define(scope, name, Field{leaf}, stmt.name.range);
  enter(stmt, scope, path, shape, trained);
}

/// Into the experiment's list; the inference pass finds it there.
void Evaluator::enter(const ast::Storage &stmt, Scope &scope, const std::string &path,
                      const std::vector<int64_t> &shape, bool trained) {
  if (!training) {
    auto same = [&](const auto &other) { return other.path == path && other.shape == shape; };
    bool known = trained ? std::any_of(experiment.parameters.begin(), experiment.parameters.end(), same)
                         : std::any_of(experiment.states.begin(), experiment.states.end(), same);
    if (!known)
      fail(stmt.range, "'" + stmt.name.text +
                           "' must not depend on `training`: it is not there, or has another shape, in training");
    return;
  }
  std::string prefix = owner->authorsPath();
  std::string own = stmt.attributes.as ? fill(*stmt.attributes.as, scope) : stmt.name.text;
  std::string authors = prefix + (prefix.empty() || own.empty() ? "" : ".") + own;
  if (!trained) {
    experiment.states.push_back({path, authors, shape, stmt.range});
    return;
  }
  std::vector<std::string> tags;
  for (const ast::Identifier &tag : stmt.attributes.tags)
    tags.push_back(tag.text);
  for (const Instance *i = owner; i; i = i->owner)
    tags.insert(tags.end(), i->tags.begin(), i->tags.end());
  experiment.parameters.push_back({path, authors, shape, tags, stmt.range});
}

Value Evaluator::moment(const ast::Storage &stmt, Scope &scope) {
  if (!stmt.shape.empty())
    fail(stmt.range, "a state of an optimiser is one number per weight: it has no shape");
  Value start = evaluate(*stmt.value, scope);
  auto *number = start.as<Number>();
  if (!number || number->value != 0)
    fail(stmt.value->range, "a state of an optimiser starts at 0, got " + describe(start));
  updating->moments.push_back(stmt.name.text);
  return Field{pool.leaf("moment", stmt.name.text, updatingType)};
}

void Evaluator::next(const ast::Next &stmt, Scope &scope) {
  Binding *state = find(scope, stmt.name.text);
  auto *current = state ? state->value.as<Field>() : nullptr;
  if (state && state->value.isPoison())
    throw Failure();
  bool known = current && (updating ? pool.node(current->id).op == "moment"
                                    : owner->storage.count(stmt.name.text) &&
                                          pool.node(owner->storage[stmt.name.text].as<Field>()->id).op == "state");
  if (!known)
    fail(stmt.name.range, "'" + stmt.name.text + "' is not a state of this body",
         "declare it: `state " + stmt.name.text + "[...] = 0`");
  Type type = pool.type(current->id);
  ValueId value = field(evaluate(*stmt.value, scope), stmt.value->range, "the next value");
  std::string why;
  std::optional<Type> both = broadcast(pool.type(value), type, why);
  if (!both || *both != type)
    fail(stmt.value->range,
         "the next value of '" + stmt.name.text + "' must be " + text(type) + ", got " + text(pool.type(value)));
  value = pool.repeat(value, type);
  std::string prefix = owner->path();
  if (updating)
    updating->next[stmt.name.text] = value;
  else
    nextStates[prefix + (prefix.empty() ? "" : ".") + stmt.name.text] = value;
}

//===----------------------------------------------------------------------===//
// Assignments and conditions
//===----------------------------------------------------------------------===//

void Evaluator::assign(const ast::Assign &stmt, Scope &scope) {
  static const std::vector<std::string> known{"loss", "metric", "optimizer", "keep", "length", "batch", "seed"};
  const std::string &name = stmt.name.text;
  Binding *target = nullptr;
  for (Scope *s = &scope; s && s->decl == scope.decl && !target; s = s->parent)
    if (auto found = s->names.find(name); found != s->names.end() && found->second.variable)
      target = &found->second;
  if (target && !stmt.selector) {
    target->value = evaluate(*stmt.value, scope);
    return;
  }
  bool recipe = scope.decl && scope.decl->role == ast::Role::Recipe;
  if (scope.decl && scope.decl->role == ast::Role::Experiment)
    return column(stmt, scope);
  if (!recipe || std::find(known.begin(), known.end(), name) == known.end()) {
    std::vector<std::string> names = recipe ? known : visibleNames(scope);
    std::string near = suggest(name, names);
    fail(stmt.name.range, "'" + name + "' is not a `var`" + (recipe ? " and not a slot of a recipe" : ""),
         near.empty() ? "" : "did you mean '" + near + "'?");
  }
  std::string tag = stmt.selector ? stmt.selector->text : "";
  if (stmt.selector && name != "optimizer")
    fail(stmt.selector->range, "only `optimizer` can be given for a tag");
  if (slots.count({name, tag}))
    fail(stmt.range, "the slot '" + name + "' is assigned twice");
  ast::Attributes none;
  Value value = evaluate(*stmt.value, scope, hintFor(tag.empty() ? name : name + "_" + tag, none, scope));
  slots[{name, tag}] = {value, stmt.value->range};
  if (tag.empty() && !scope.names.count(name))
    define(scope, name, value, stmt.name.range);
}

void Evaluator::extent(const ast::Extent &stmt, Scope &scope) {
  Value value = evaluate(*stmt.value, scope);
  auto *rule = value.as<ExtentRule>();
  if (!rule)
    fail(stmt.value->range, "expected `level(t)` or `box(lo, hi)`, got " + describe(value));
  if (owner->extent)
    fail(stmt.range, "the extent is stated twice");
  owner->extent = *rule;
  owner->extent->range = stmt.range;
}

void Evaluator::band(const ast::Band &stmt, Scope &scope) {
  Value value = evaluate(*stmt.value, scope);
  ValueId bound = field(value, stmt.value->range, "a bound on frequencies");
  auto varies = [](const Node &node) { return node.op == "input" || node.op == "target"; };
  if (pool.type(bound) != Type() || pool.dependsOn(bound, varies))
    fail(stmt.value->range, "a bound on frequencies must be one number of parameters and settings, got " + describe(value));
  if (owner->band)
    fail(stmt.range, "the band is stated twice");
  owner->band = bound;
  owner->bandRange = stmt.range;
}

} // namespace flex::elab
