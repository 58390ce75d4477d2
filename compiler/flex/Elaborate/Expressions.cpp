// Expressions but for arithmetic and calls.
#include "flex/Elaborate/Builtins.h"
#include "flex/Elaborate/Meanwhile.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

using ast::Expr;

namespace {
constexpr int maxDepth = 1200;          // nested expressions, so that no input overflows the stack
constexpr int64_t maxWork = 20'000'000; // expressions evaluated in one experiment
constexpr int64_t maxRange = 1'000'000;
} // namespace

Value Evaluator::evaluate(const Expr &expr, Scope &scope, const Hint &hint) {
  Meanwhile<int> deeper(depth, depth + 1);
  if (depth > maxDepth)
    fail(expr.range, "expressions and calls are nested too deeply here", "does a function call itself without end?");
  if (++work > maxWork)
    fail(expr.range, "elaboration does not come to an end: " + std::to_string(maxWork) + " expressions evaluated");
  Meanwhile<SourceRange> place(pool.range, expr.range);
  return dispatch(expr, scope, hint);
}

Value Evaluator::dispatch(const Expr &expr, Scope &scope, const Hint &hint) {
  switch (expr.kind) {
  case Expr::Kind::Number: return number(*ast::as<ast::Number>(&expr));
  case Expr::Kind::String: return ast::as<ast::String>(&expr)->text;
  case Expr::Kind::Bool: return ast::as<ast::Bool>(&expr)->value;
  case Expr::Kind::Hole: fail(expr.range, "'_' can only stand for an argument of a call");
  case Expr::Kind::Name: return name(*ast::as<ast::Name>(&expr), scope);
  case Expr::Kind::List: return list(*ast::as<ast::List>(&expr), scope, hint);
  case Expr::Kind::Each: return each(*ast::as<ast::Each>(&expr), scope, hint);
  case Expr::Kind::Unary: return unary(*ast::as<ast::Unary>(&expr), scope);
  case Expr::Kind::Range: return range(*ast::as<ast::Range>(&expr), scope);
  case Expr::Kind::Member: return member(*ast::as<ast::Member>(&expr), scope);
  case Expr::Kind::Index: return index(*ast::as<ast::Index>(&expr), scope);
  case Expr::Kind::Call: return callExpr(*ast::as<ast::Call>(&expr), scope, hint);
  case Expr::Kind::Pipe: return pipe(*ast::as<ast::Pipe>(&expr), scope, hint);
  case Expr::Kind::If: {
    const auto &choice = *ast::as<ast::IfExpr>(&expr);
    return evaluate(condition(*choice.condition, scope) ? *choice.then : *choice.otherwise, scope, hint);
  }
  case Expr::Kind::Binary: {
    const auto &op = *ast::as<ast::Binary>(&expr);
    if (op.op == ast::BinaryOp::And || op.op == ast::BinaryOp::Or)
      return logic(op, scope);
    Value left = evaluate(*op.left, scope), right = evaluate(*op.right, scope);
    return binary(op.op, left, right, expr.range);
  }
  }
  fail(expr.range, "an expression that elaboration does not know");
}

Value Evaluator::number(const ast::Number &literal) {
  Number number = literal.exact ? Number(*literal.exact) : Number(literal.value);
  number.unit = literal.unit;
  return number;
}

Value Evaluator::name(const ast::Name &name, Scope &scope) {
  if (Binding *binding = find(scope, name.text)) {
    if (binding->value.isPoison())
      throw Failure();
    if (auto *later = binding->value.as<Initialiser>()) {
      if (!initialising)
        return binding->value;
      return evaluate(*later->expr, later->scope ? *later->scope : scope);
    }
    return binding->value;
  }
  if (std::optional<Value> value = dynamicName(name.text, name.range))
    return *value;
  if (isLater(name.text))
    fail(name.range, "'" + name.text + "' is not built yet");
  std::string near = suggest(name.text, visibleNames(scope));
  fail(name.range, "unknown name '" + name.text + "'", near.empty() ? "" : "did you mean '" + near + "'?");
}

bool Evaluator::condition(const Expr &expr, Scope &scope) {
  Value value = evaluate(expr, scope);
  if (auto *known = value.as<bool>())
    return *known;
  if (value.as<Field>())
    fail(expr.range, "this condition is known only when the program runs, but `if` chooses at compile time",
         "use where(condition, a, b)");
  fail(expr.range, "expected true or false, got " + describe(value));
}

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

Value Evaluator::list(const ast::List &list, Scope &scope, const Hint &hint) {
  auto items = std::make_shared<List>();
  for (const ast::ExprPtr &item : list.items)
    items->push_back(evaluate(*item, scope, element(hint, items->size(), scope)));
  return items;
}

Value Evaluator::each(const ast::Each &each, Scope &scope, const Hint &hint) {
  auto items = std::make_shared<List>();
  auto descend = [&](auto &&self, size_t clause, Scope &inner) -> void {
    if (clause == each.clauses.size()) {
      items->push_back(evaluate(*each.element, inner, element(hint, items->size(), inner)));
      return;
    }
    const ast::Each::Clause &current = each.clauses[clause];
    Value values = evaluate(*current.values, inner);
    if (!values.list())
      fail(current.values->range, "expected a list to go through, got " + describe(values));
    for (const Value &value : *values.list()) {
      Scope &round = newScope(&inner, scope.decl);
      define(round, current.name.text, value, current.name.range);
      self(self, clause + 1, round);
    }
  };
  descend(descend, 0, scope);
  return items;
}

Value Evaluator::range(const ast::Range &range, Scope &scope) {
  int64_t low = integer(evaluate(*range.low, scope), range.low->range, "the start of a range");
  int64_t high = integer(evaluate(*range.high, scope), range.high->range, "the end of a range");
  if (high >= low && uint64_t(high) - uint64_t(low) >= uint64_t(maxRange))
    fail(range.range, "a range of more than " + std::to_string(maxRange) + " numbers");
  auto items = std::make_shared<List>();
  for (int64_t i = low; i <= high; ++i)
    items->push_back(Number(i));
  return items;
}

Value Evaluator::index(const ast::Index &index, Scope &scope) {
  Value object = evaluate(*index.object, scope);
  bool everyOther = std::all_of(index.indices.begin(), index.indices.end() - 1, [](const auto &i) { return !i; });
  if (!everyOther || !index.indices.back())
    fail(index.range, "only the last axis can be indexed: `x[i]` or `x[.., i]`");
  const Expr &at = *index.indices.back();
  int64_t i = integer(evaluate(at, scope), at.range, "an index");
  auto inside = [&](int64_t size) {
    if (i < 0 || i >= size)
      fail(at.range, "index " + std::to_string(i) + " is outside 0.." + std::to_string(size - 1));
  };
  if (const List *list = object.list()) {
    inside(int64_t(list->size()));
    if ((*list)[i].isPoison())
      throw Failure();
    return (*list)[i];
  }
  const Field *field = object.as<Field>();
  if (!field)
    fail(index.object->range, "expected a list or a field to index, got " + describe(object));
  Type type = pool.type(field->id);
  if (type.shape.empty())
    fail(index.object->range, "a single number has no axis to index: " + describe(object));
  if (index.indices.size() > type.shape.size())
    fail(index.range, "more indices than " + describe(object) + " has axes");
  inside(type.shape.back());
  type.shape.pop_back();
  return Field{pool.add("extract", {field->id}, type, {{"index", i}})};
}

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

Value Evaluator::member(const ast::Member &member, Scope &scope) {
  Value object = evaluate(*member.object, scope);
  const std::string &name = member.name.text;
  std::vector<std::string> known;
  if (auto *result = object.as<StageResult>())
    return measured(*result, member.name);
  if (auto *data = object.as<std::shared_ptr<DataSet>>()) {
    if (auto found = (*data)->fields.find(name); found != (*data)->fields.end())
      return found->second;
    for (const auto &[field, value] : (*data)->fields)
      known.push_back(field);
  } else if (auto *pointer = object.as<Instance *>()) {
    Instance &instance = **pointer;
    for (const Instance::Child &child : instance.children) {
      if (child.instance->segment == name)
        return child.instance;
      known.push_back(child.instance->segment);
    }
    if (auto found = instance.storage.find(name); found != instance.storage.end())
      return found->second;
    Scope *inside = instance.body ? instance.body : instance.scope;
    for (Scope *s = inside; s && s->decl == instance.decl; s = s->parent)
      for (const auto &[local, binding] : s->names) {
        if (local == name && !binding.value.isPoison())
          return binding.value;
        known.push_back(local);
      }
    if (!instance.body)
      fail(member.range, "'" + name + "' is not there before '" + instance.decl->name.text + "' has been applied");
  } else {
    fail(member.object->range, "expected an instance or data, got " + describe(object));
  }
  std::string near = suggest(name, known);
  fail(member.name.range, describe(object) + " has no '" + name + "'",
       near.empty() ? "" : "did you mean '" + near + "'?");
}

//===----------------------------------------------------------------------===//
// Pipes
//===----------------------------------------------------------------------===//

Value Evaluator::pipe(const ast::Pipe &pipe, Scope &scope, const Hint &) {
  Value value = evaluate(*pipe.value, scope);
  Hint hint;
  if (pipe.label) {
    const ast::Label &label = *pipe.label;
    hint = hintFor(label.transparent ? "" : label.name.text, label.attributes, scope, pipe.callee.get());
    if (label.transparent && !label.attributes.as)
      hint.authors = "";
  }
  Value callee = evaluate(*pipe.callee, scope, hint);
  const List *list = callee.list();
  if (!list)
    return pipeInto(value, callee, hint, pipe);
  for (size_t i = 0; i < list->size(); ++i) // a fold
    value = pipeInto(value, (*list)[i], element(hint, i, scope), pipe);
  return value;
}

Value Evaluator::pipeInto(Value value, const Value &callee, const Hint &hint, const ast::Pipe &pipe) {
  Value target = callee;
  if (target.isPoison())
    throw Failure();
  if (auto *callable = target.as<Callable>(); callable && callable->isTemplate())
    target = construct(*callable, {}, hint, pipe.callee->range);
  if (auto *instance = target.as<Instance *>(); instance && (*instance)->decl->role == ast::Role::Recipe)
    return runRecipe(**instance, value, pipe.range);
  if (auto *evaluation = target.as<Evaluation>())
    return evaluateStage(*evaluation, value, pipe.range);
  bool can = target.as<Instance *>() || target.as<Callable>();
  if (!can) {
    bool open = !pipe.callee->parenthesised && target.as<Field>();
    fail(pipe.callee->range, "expected something that can be called after `|>`, got " + describe(target),
         open ? "to compute with the result write (x |> f) + y" : "");
  }
  Arg arg;
  arg.range = pipe.value->range;
  arg.value = std::move(value);
  if (auto *instance = target.as<Instance *>())
    return apply(**instance, {arg}, pipe.callee->range);
  return call(target, {arg}, hint, pipe.callee->range);
}

} // namespace flex::elab
