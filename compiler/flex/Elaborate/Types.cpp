// What ports and results are declared to be, against what arrives.
#include "flex/Elaborate/Builtins.h"
#include "flex/Support/Suggest.h"

namespace flex::elab {

using ast::Role;

std::string Evaluator::describe(const Value &value) const {
  struct Say {
    const Pool &pool;
    std::string operator()(const Poison &) const { return "a value that is wrong"; }
    std::string operator()(bool known) const { return known ? "true" : "false"; }
    std::string operator()(const Number &number) const { return text(number); }
    std::string operator()(const std::string &string) const { return "the string \"" + string + "\""; }
    std::string operator()(const std::shared_ptr<List> &list) const {
      return "a list of " + std::to_string(list->size());
    }
    std::string operator()(const Field &field) const {
      const Node &node = pool.node(field.id);
      if (node.op == "setting")
        return "the setting '" + pool.nameOf(field.id) + "' (known only when the program runs)";
      return text(node.type);
    }
    std::string operator()(Axis) const { return "an axis"; }
    std::string operator()(const RoleName &name) const {
      return std::string("the word '") + ast::name(name.role) + "'";
    }
    std::string operator()(const Callable &callable) const {
      if (callable.builtin)
        return "the function '" + callable.builtin->name + "'";
      if (callable.open)
        return "a call with arguments left open";
      return std::string("the ") + (callable.isTemplate() ? ast::name(callable.decl->role) : "function") + " '" +
             callable.decl->name.text + "'" + (callable.isTemplate() ? " (not configured)" : "");
    }
    std::string operator()(Instance *instance) const {
      return std::string("the ") + ast::name(instance->decl->role) + " '" + instance->decl->name.text + "'";
    }
    std::string operator()(const Initialiser &) const { return "an initialiser"; }
    std::string operator()(const Size &) const { return "a size (known only when the program runs)"; }
    std::string operator()(const ExtentRule &) const { return "an extent"; }
    std::string operator()(const std::shared_ptr<DataSet> &) const { return "data"; }
    std::string operator()(const Described &described) const {
      return described.kind == Described::Augmentation ? "an augmentation" : "a rule of what to keep";
    }
    std::string operator()(const StageResult &) const { return "the result of a stage"; }
    std::string operator()(const Evaluation &) const { return "an evaluation"; }
    std::string operator()(const Measure &) const { return "a result (known only when the stages have run)"; }
  };
  return std::visit(Say{pool}, value.held);
}

int64_t Evaluator::integer(const Value &value, SourceRange range, const std::string &what) {
  if (auto *number = value.as<Number>()) {
    if (number->isInteger() && number->unit == ast::Unit::None)
      return number->integer();
    fail(range, what + " must be a whole number, got " + text(*number));
  }
  if (value.as<Field>() || value.as<Size>())
    fail(range, what + " must be known at compile time, got " + describe(value),
         "an argument of type `int` is set with `flexc compile -D name=value`");
  fail(range, what + " must be a whole number, got " + describe(value));
}

ValueId Evaluator::field(const Value &value, SourceRange range, const std::string &what) {
  if (auto *field = value.as<Field>())
    return field->id;
  if (auto *number = value.as<Number>()) {
    // An epoch's length is the data's; a step's is not.
    if (number->unit == ast::Unit::Epochs)
      return pool.binary("mul", pool.constant(number->value), provided("steps per epoch", 1, range), {});
    return pool.constant(number->value);
  }
  if (auto *known = value.as<bool>())
    return pool.constant(*known ? 1.0 : 0.0);
  if (const List *list = value.list(); list && !list->empty()) {
    std::vector<double> numbers;
    for (const Value &item : *list)
      if (auto *number = item.as<Number>())
        numbers.push_back(number->value);
    if (numbers.size() == list->size() && numbers.size() > 1)
      return pool.constant(numbers);
  }
  std::string hint;
  if (auto *callable = value.as<Callable>(); callable && callable->isTemplate())
    hint = "configure it and apply it: " + callable->decl->name.text + "(...)(x)";
  else if (value.as<Instance *>())
    hint = "an instance has to be applied to a value";
  fail(range, "expected a number or a field for " + what + ", got " + describe(value), hint);
}

//===----------------------------------------------------------------------===//
// Declared types
//===----------------------------------------------------------------------===//

Value Evaluator::check(const ast::TypeExpr &type, Value value, Scope &scope, SourceRange range,
                       const std::string &what) {
  if (value.isPoison())
    throw Failure();
  if (auto *named = ast::as<ast::NamedType>(&type))
    return checkNamed(*named, std::move(value), range, what);
  if (auto *field = ast::as<ast::FieldType>(&type))
    return checkField(*field, std::move(value), scope, range, what);
  if (ast::as<ast::FunctionType>(&type)) {
    if (!value.as<Callable>())
      fail(range, what + " must be a function, got " + describe(value),
           value.as<Instance *>() ? "leave the arguments open that it is to be called with: f(_)" : "");
    return value;
  }
  fail(range, "records can only be declared for `extern` data sources, which are not built yet");
}

/// Whether an instance of the role can stand where `wanted` is asked for.
static bool isA(Role role, const std::string &wanted) {
  if (wanted == "block")
    return role == Role::Block || role == Role::Kernel || role == Role::Mask || role == Role::Network;
  return wanted == ast::name(role);
}

Value Evaluator::checkNamed(const ast::NamedType &type, Value value, SourceRange range, const std::string &what) {
  const std::string &name = type.name.text;
  auto expect = [&](bool holds, const std::string &wanted) {
    if (!holds)
      fail(range, what + " must be " + wanted + ", got " + describe(value));
  };
  auto *number = value.as<Number>();
  bool plain = number && number->unit == ast::Unit::None;
  if (name == "int")
    integer(value, range, what);
  else if (name == "real")
    expect(plain || value.as<Field>() || value.as<bool>() || value.list(), "a number or a field");
  else if (name == "bool")
    expect(value.as<bool>(), "true or false");
  else if (name == "list")
    expect(value.list(), "a list");
  else if (name == "string")
    expect(value.as<std::string>(), "a string");
  else if (name == "duration")
    expect((number && !plain) || value.as<Field>(), "a duration, `5 epochs` or `100 steps`");
  else if (name == "size")
    expect((plain && number->isInteger()) || value.as<Field>() || value.as<Size>(), "a size (a whole number)");
  else if (name == "data")
    expect(value.as<std::shared_ptr<DataSet>>(), "a data set");
  else if (name == "init")
    return value;
  else if (name == "class")
    fail(range, "the type `class` is for `extern` data sources, which are not built yet");
  else {
    static const std::vector<std::string> known{"int",  "real", "bool",   "list", "string", "duration", "size",
                                                "data", "init", "kernel", "mask", "block",  "network"};
    bool role = name == "kernel" || name == "mask" || name == "block" || name == "network";
    if (!role) {
      std::string near = suggest(name, known);
      fail(type.range, "unknown type '" + name + "'", near.empty() ? "" : "did you mean '" + near + "'?");
    }
    if (auto *callable = value.as<Callable>(); callable && callable->isTemplate())
      fail(range, what + " must be a configured " + name + ", got " + describe(value),
           "write " + callable->decl->name.text + "()");
    auto *instance = value.as<Instance *>();
    expect(instance && isA((*instance)->decl->role, name), "a " + name);
  }
  return value;
}

Value Evaluator::checkField(const ast::FieldType &type, Value value, Scope &scope, SourceRange range,
                            const std::string &what) {
  ValueId id = field(value, range, what);
  Type actual = pool.type(id);
  if (actual.shape.size() != type.shape.size())
    fail(range, what + " must have " + std::to_string(type.shape.size()) +
                    (type.shape.size() == 1 ? " axis" : " axes") + " of channels, got " + text(actual));
  for (size_t i = 0; i < type.shape.size(); ++i)
    checkDimension(*type.shape[i], actual.shape[i], scope, range, actual, what);
  if (!type.domain)
    return Field{id};
  if (type.domain->text != "grid")
    fail(type.domain->range, "unknown domain '" + type.domain->text + "'", "write `on grid[d]`");
  if (actual.space.empty())
    fail(range, what + " must be a field on a grid, got " + text(actual));
  if (type.rank.size() != 1)
    fail(type.range, "a grid has one rank: `grid[2]`");
  checkDimension(*type.rank.front(), rankOf(actual), scope, range, actual, what + ": the rank of its grid");
  return Field{id};
}

/// A name that nothing local defines takes the size; anything else has to equal it.
void Evaluator::checkDimension(const ast::Expr &expr, int64_t actual, Scope &scope, SourceRange range,
                               const Type &whole, const std::string &what) {
  auto *name = ast::as<ast::Name>(&expr);
  Binding *bound = nullptr;
  for (Scope *s = &scope; name && s && s->decl && !bound; s = s->parent)
    if (auto found = s->names.find(name->text); found != s->names.end() && found->second.value.as<Number>())
      bound = &found->second;
  if (name && !bound) {
    scope.names[name->text] = {Number(actual), range, false};
    return;
  }
  int64_t wanted = bound ? integer(bound->value, expr.range, "a dimension")
                         : integer(evaluate(expr, scope), expr.range, "a dimension");
  if (wanted == actual)
    return;
  std::string must = name ? " must have " + name->text + " = " + std::to_string(wanted) + " here"
                          : " must be " + std::to_string(wanted);
  diagnostics.error(range, what + must + ", got " + std::to_string(actual) + " in " + text(whole)).in(currentPath());
  if (bound && bound->range)
    diagnostics.note(bound->range, "'" + name->text + "' is " + std::to_string(wanted) + " since this");
  throw Failure();
}

void Evaluator::checkResult(const ast::Decl &decl, const Value &value, Scope &scope, SourceRange range) {
  if (decl.role == Role::Mask) {
    ValueId id = field(value, decl.body.range, "the result of a mask");
    if (!pool.type(id).shape.empty())
      fail(decl.body.range,
           "the mask '" + decl.name.text + "' must return one number per point, got " + text(pool.type(id)));
  }
  if (!decl.result)
    return;
  std::string what = "the result of '" + decl.name.text + "'";
  if (auto *named = ast::as<ast::NamedType>(decl.result); named && named->name.text == "real") {
    if (auto *result = value.as<Field>(); result && decl.role != Role::Fn && !pool.type(result->id).shape.empty())
      fail(decl.result->range, what + " is declared as one number, but is " + describe(value));
  }
  check(*decl.result, value, scope, decl.result->range, what);
}

} // namespace flex::elab
