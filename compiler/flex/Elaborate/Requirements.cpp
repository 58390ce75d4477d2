// `require`: what is known must hold now, the rest becomes conditions that the program checks. Both are told in the names and
// with the values that their readers can change.
#include "flex/Elaborate/Evaluator.h"

#include <algorithm>

namespace flex::elab {

using ast::Expr;

namespace {

/// All names in an expression, in the order in which they are written.
void collectNames(const Expr &expr, std::vector<const ast::Name *> &names) {
  auto each = [&](std::initializer_list<const Expr *> parts) {
    for (const Expr *part : parts)
      if (part)
        collectNames(*part, names);
  };
  switch (expr.kind) {
  case Expr::Kind::Number:
  case Expr::Kind::String:
  case Expr::Kind::Bool:
  case Expr::Kind::Hole:
  case Expr::Kind::Each: // binds names of its own
  case Expr::Kind::Pipe: return;
  case Expr::Kind::Name: names.push_back(ast::as<ast::Name>(&expr)); return;
  case Expr::Kind::List:
    for (const ast::ExprPtr &item : ast::as<ast::List>(&expr)->items)
      each({item.get()});
    return;
  case Expr::Kind::Unary: return each({ast::as<ast::Unary>(&expr)->operand.get()});
  case Expr::Kind::Binary: {
    const auto &op = *ast::as<ast::Binary>(&expr);
    return each({op.left.get(), op.right.get()});
  }
  case Expr::Kind::Range: return each({ast::as<ast::Range>(&expr)->low.get(), ast::as<ast::Range>(&expr)->high.get()});
  case Expr::Kind::If: {
    const auto &choice = *ast::as<ast::IfExpr>(&expr);
    return each({choice.condition.get(), choice.then.get(), choice.otherwise.get()});
  }
  case Expr::Kind::Member: return each({ast::as<ast::Member>(&expr)->object.get()});
  case Expr::Kind::Index: {
    const auto &index = *ast::as<ast::Index>(&expr);
    each({index.object.get()});
    for (const ast::ExprPtr &i : index.indices)
      each({i.get()});
    return;
  }
  case Expr::Kind::Call:
    for (const ast::Argument &argument : ast::as<ast::Call>(&expr)->arguments)
      each({argument.value.get()});
    return;
  }
}

std::string sourceOf(const Expr &expr) {
  return expr.range.file->text.substr(expr.range.begin, expr.range.end - expr.range.begin);
}

} // namespace

/// "causal is false, size is 4": what is known of the names in a condition.
std::string Evaluator::valuesIn(const Expr &condition, Scope &scope) {
  std::vector<const ast::Name *> names;
  collectNames(condition, names);
  std::string values;
  std::set<std::string> told;
  for (const ast::Name *name : names) {
    Binding *binding = find(scope, name->text);
    if (!binding || !told.insert(name->text).second)
      continue;
    const Value &value = binding->value;
    if (value.as<Number>() || value.as<bool>() || value.as<std::string>() || value.list())
      values += (values.empty() ? "" : ", ") + name->text + " is " + describe(value);
  }
  return values;
}

/// The source of a condition, with the names of settings, which can be set, for those that stand for them in it.
std::string Evaluator::inSettings(const Expr &condition, Scope &scope) {
  std::vector<const ast::Name *> names;
  collectNames(condition, names);
  std::string text = sourceOf(condition);
  for (auto name = names.rbegin(); name != names.rend(); ++name) { // from the back: places before stay as they are
    Binding *binding = find(scope, (*name)->text);
    auto *field = binding ? binding->value.as<Field>() : nullptr;
    if (field && pool.node(field->id).op == "setting")
      text.replace((*name)->range.begin - condition.range.begin, (*name)->text.size(), pool.nameOf(field->id));
  }
  return text;
}

/// Reports a condition that does not hold, and what in the experiment's own file brought it about.
void Evaluator::failRequirement(const Expr &condition, Scope &scope) {
  std::string values = valuesIn(condition, scope);
  diagnostics
      .error(condition.range, "'" + sourceOf(condition) + "' is required, but does not hold" +
                                  (values.empty() ? "" : ": " + values))
      .in(currentPath());
  const Instance *experiment = owner;
  while (experiment->owner)
    experiment = experiment->owner;
  const SourceFile *own = experiment->range.file;
  for (const Instance *i = owner; i != experiment && condition.range.file != own; i = i->owner)
    if (i->range.file == own) {
      diagnostics.note(i->range, "in what '" + i->decl->name.text + "' is given here");
      break;
    }
  throw Failure();
}

void Evaluator::requirement(const ast::Require &stmt, Scope &scope) {
  const Expr &condition = *stmt.value;
  Value value = evaluate(condition, scope);
  if (auto *known = value.as<bool>()) {
    if (!*known)
      failRequirement(condition, scope);
    return;
  }
  auto *field = value.as<Field>();
  if (!field)
    fail(condition.range, "expected a condition, got " + describe(value));
  auto varies = [](const Node &node) {
    return node.op == "input" || node.op == "target" || node.op == "state" || node.op == "now";
  };
  if (pool.type(field->id).samples || !pool.type(field->id).space.empty() || pool.dependsOn(field->id, varies))
    fail(condition.range, "`require` is checked after every update: it can look at parameters and settings only");
  if (!training)
    return;
  ValueId holds = field->id;
  if (std::vector<int64_t> shape = pool.type(holds).shape; !shape.empty()) { // every element
    std::vector<int64_t> axes;
    for (size_t i = 0; i < shape.size(); ++i)
      axes.push_back(int64_t(i));
    ValueId count = pool.constant(double(elementCount(shape)));
    holds = pool.add("cmp", {pool.sum(holds, axes, false, false), count}, {}, {{"kind", std::string("ge")}});
  }
  if (std::find(requirements.begin(), requirements.end(), holds) != requirements.end())
    return; // another application of the same instance
  requirements.push_back(holds);
  experiment.requirements.push_back({inSettings(condition, scope), stmt.range, owner->path()});
}

} // namespace flex::elab
