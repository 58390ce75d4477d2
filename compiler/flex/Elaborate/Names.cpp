// Names: where they are looked up, who may define them, and what instances are called.
#include "flex/Elaborate/Builtins.h"
#include "flex/Support/Suggest.h"

#include <algorithm>
#include <cctype>

namespace flex::elab {

std::string snakeCase(const std::string &name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    bool upper = std::isupper((unsigned char)name[i]);
    bool afterLower = i > 0 && !std::isupper((unsigned char)name[i - 1]) && name[i - 1] != '_';
    bool beforeLower = i > 0 && i + 1 < name.size() && std::islower((unsigned char)name[i + 1]) && name[i - 1] != '_';
    if (upper && (afterLower || beforeLower))
      out += '_';
    out += char(std::tolower((unsigned char)name[i]));
  }
  return out;
}

static std::string joined(const Instance &instance, std::string Instance::*segment) {
  std::string up = instance.owner ? joined(*instance.owner, segment) : "";
  const std::string &own = instance.*segment;
  return up + (up.empty() || own.empty() ? "" : ".") + own;
}
std::string Instance::path() const { return joined(*this, &Instance::segment); }
std::string Instance::authorsPath() const { return joined(*this, &Instance::authors); }

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

std::string Evaluator::currentPath() const {
  std::string path = owner ? owner->path() : "";
  const ast::Decl *whole = nullptr;
  for (const Instance *i = owner; i; i = i->owner)
    if (i->decl && i->decl->role != ast::Role::Experiment)
      whole = i->decl;
  if (!whole)
    return "";
  return path.empty() ? whole->name.text : path + " of " + whole->name.text;
}

void Evaluator::fail(SourceRange range, std::string message, std::string hint) {
  Diagnostic &diagnostic = diagnostics.error(range, std::move(message));
  if (!hint.empty())
    diagnostic.withHint(std::move(hint));
  if (std::string path = currentPath(); !path.empty())
    diagnostic.in(path);
  throw Failure();
}

void Evaluator::warn(SourceRange range, std::string message) { diagnostics.warning(range, std::move(message)); }

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

Scope &Evaluator::newScope(Scope *parent, const ast::Decl *decl) {
  scopes.push_back({parent, decl, {}});
  return scopes.back();
}

Binding *Evaluator::find(Scope &scope, const std::string &name) {
  for (Scope *s = &scope; s; s = s->parent)
    if (auto found = s->names.find(name); found != s->names.end())
      return &found->second;
  return nullptr;
}

void Evaluator::define(Scope &scope, const std::string &name, Value value, SourceRange range, bool variable) {
  for (Scope *s = &scope; s && s->decl == scope.decl; s = s->parent)
    if (auto found = s->names.find(name); found != s->names.end()) {
      diagnostics.error(range, "'" + name + "' is already defined in this declaration")
          .withHint(found->second.variable ? "to reassign a `var` write `" + name + " = ...`" : "choose another name")
          .in(currentPath());
      diagnostics.note(found->second.range, "'" + name + "' was defined here");
      throw Failure();
    }
  scope.names[name] = {std::move(value), range, variable};
}

std::optional<Value> Evaluator::dynamicName(const std::string &name, SourceRange range) {
  if (name == "training")
    return Value(training);
  if (name == "now")
    return Value(Field{pool.leaf("now", "", {})});
  if (name != "fan_in")
    return std::nullopt;
  if (!initialising)
    fail(range, "'fan_in' is known only in the initialiser of a `param`");
  int64_t count = 1;
  for (size_t i = 1; i < initialising->shape.size(); ++i)
    count *= initialising->shape[i];
  return Value(Number(count));
}

std::vector<std::string> Evaluator::visibleNames(Scope &scope) const {
  std::vector<std::string> names{"training", "now", "fan_in"};
  for (Scope *s = &scope; s; s = s->parent)
    for (const auto &[name, binding] : s->names)
      names.push_back(name);
  return names;
}

//===----------------------------------------------------------------------===//
// What instances are called
//===----------------------------------------------------------------------===//

static bool hasExpressions(const ast::Template &text) {
  return std::any_of(text.parts.begin(), text.parts.end(), [](const auto &part) { return part.value != nullptr; });
}

std::string Evaluator::fill(const ast::Template &text, Scope &scope) {
  std::string out;
  for (const ast::Template::Part &part : text.parts) {
    out += part.text;
    if (!part.value)
      continue;
    Value value = evaluate(*part.value, scope);
    if (auto *number = value.as<Number>(); number && number->isInteger())
      out += std::to_string(number->integer());
    else if (auto *string = value.as<std::string>())
      out += *string;
    else
      fail(part.value->range, "a name is made of integers and strings, not of " + describe(value));
  }
  return out;
}

Hint Evaluator::hintFor(const std::string &name, const ast::Attributes &attributes, Scope &scope,
                        const ast::Expr *value) {
  Hint hint{name, name, &attributes, true};
  if (!attributes.as)
    return hint;
  // The elements of a list fill the template themselves.
  bool perElement = hasExpressions(*attributes.as) && value && ast::as<ast::Each>(value);
  hint.authors = perElement ? "" : fill(*attributes.as, scope);
  return hint;
}

Hint Evaluator::element(const Hint &hint, size_t index, Scope &scope) {
  if (!hint.given)
    return {};
  Hint out = hint;
  std::string number = std::to_string(index);
  out.segment += (out.segment.empty() ? "" : ".") + number;
  if (hint.attributes && hint.attributes->as && hasExpressions(*hint.attributes->as))
    out.authors = fill(*hint.attributes->as, scope);
  else
    out.authors += (out.authors.empty() ? "" : ".") + number;
  return out;
}

} // namespace flex::elab
