// Expressions: every name is known, every call names arguments that exist.
#include "flex/Sema/Checker.h"

#include "flex/Elaborate/Builtins.h"
#include "flex/Support/Suggest.h"

#include <algorithm>
#include <set>

namespace flex::sema {

using ast::Expr;

Entry *Checker::local(Names &names, const std::string &name) {
  for (Names *n = &names; n; n = n->parent)
    if (auto found = n->entries.find(name); found != n->entries.end())
      return &found->second;
  return nullptr;
}

const elab::Value *Checker::global(const std::string &name) const {
  for (const elab::Scope *s = &module; s; s = s->parent)
    if (auto found = s->names.find(name); found != s->names.end())
      return &found->second.value;
  return nullptr;
}

std::vector<std::string> Checker::visible(Names &names) const {
  std::vector<std::string> out;
  for (Names *n = &names; n; n = n->parent)
    for (const auto &[name, entry] : n->entries)
      out.push_back(name);
  for (const elab::Scope *s = &module; s; s = s->parent)
    for (const auto &[name, binding] : s->names)
      out.push_back(name);
  out.insert(out.end(), {"training", "now", "fan_in"});
  return out;
}

void Checker::name(const ast::Name &name, Names &names) {
  if (Entry *entry = local(names, name.text)) {
    entry->used = true;
    return;
  }
  bool dynamic = name.text == "training" || name.text == "now" || name.text == "fan_in";
  if (dynamic || global(name.text))
    return;
  if (elab::isLater(name.text)) {
    diagnostics.error(name.range, "'" + name.text + "' is not built yet");
    return;
  }
  Diagnostic &error = diagnostics.error(name.range, "unknown name '" + name.text + "'");
  if (std::string near = suggest(name.text, visible(names)); !near.empty())
    error.withHint("did you mean '" + near + "'?");
}

void Checker::use(const Expr &expr, Names &names) {
  auto both = [&](const Expr &a, const Expr &b) {
    use(a, names);
    use(b, names);
  };
  switch (expr.kind) {
  case Expr::Kind::Number:
  case Expr::Kind::String:
  case Expr::Kind::Bool:
  case Expr::Kind::Hole: return;
  case Expr::Kind::Name: return name(*ast::as<ast::Name>(&expr), names);
  case Expr::Kind::List:
    for (const ast::ExprPtr &item : ast::as<ast::List>(&expr)->items)
      use(*item, names);
    return;
  case Expr::Kind::Each: return each(*ast::as<ast::Each>(&expr), names, nullptr);
  case Expr::Kind::Unary: return use(*ast::as<ast::Unary>(&expr)->operand, names);
  case Expr::Kind::Binary: return both(*ast::as<ast::Binary>(&expr)->left, *ast::as<ast::Binary>(&expr)->right);
  case Expr::Kind::Range: return both(*ast::as<ast::Range>(&expr)->low, *ast::as<ast::Range>(&expr)->high);
  case Expr::Kind::If: {
    const auto &choice = *ast::as<ast::IfExpr>(&expr);
    use(*choice.condition, names);
    return both(*choice.then, *choice.otherwise);
  }
  case Expr::Kind::Member: return use(*ast::as<ast::Member>(&expr)->object, names);
  case Expr::Kind::Index: {
    const auto &index = *ast::as<ast::Index>(&expr);
    use(*index.object, names);
    for (const ast::ExprPtr &i : index.indices)
      if (i)
        use(*i, names);
    return;
  }
  case Expr::Kind::Call: return call(*ast::as<ast::Call>(&expr), names);
  case Expr::Kind::Pipe: {
    const auto &pipe = *ast::as<ast::Pipe>(&expr);
    both(*pipe.value, *pipe.callee);
    if (pipe.label)
      attributes(pipe.label->attributes, names, pipe.callee.get());
    return;
  }
  }
}

/// The expressions in `as "..."` of a list see the names that go through it.
void Checker::each(const ast::Each &each, Names &names, const ast::Attributes *label) {
  std::vector<std::unique_ptr<Names>> rounds;
  Names *inner = &names;
  for (const ast::Each::Clause &clause : each.clauses) {
    use(*clause.values, *inner);
    rounds.push_back(std::make_unique<Names>(Names{inner, names.decl, {}}));
    inner = rounds.back().get();
    if (!label)
      define(*inner, clause.name, nullptr);
    else
      inner->entries[clause.name.text] = {clause.name.range};
  }
  if (!label)
    return use(*each.element, *inner);
  for (const ast::Template::Part &part : label->as->parts)
    if (part.value)
      use(*part.value, *inner);
}

void Checker::attributes(const ast::Attributes &attributes, Names &names, const Expr *value) {
  if (!attributes.as)
    return;
  if (auto *list = value ? ast::as<ast::Each>(value) : nullptr)
    return each(*list, names, &attributes);
  for (const ast::Template::Part &part : attributes.as->parts)
    if (part.value)
      use(*part.value, names);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void Checker::call(const ast::Call &call, Names &names) {
  use(*call.callee, names);
  for (const ast::Argument &argument : call.arguments)
    use(*argument.value, names);
  auto *callee = ast::as<ast::Name>(call.callee);
  if (!callee)
    return;
  const ast::Decl *decl = nullptr;
  const elab::Builtin *builtin = nullptr;
  if (Entry *entry = local(names, callee->text)) {
    decl = entry->decl;
  } else if (const elab::Value *value = global(callee->text)) {
    if (auto *callable = value->as<elab::Callable>()) {
      decl = callable->decl;
      builtin = callable->builtin;
    }
  }
  std::vector<std::string> known;
  std::vector<bool> needed;
  if (decl && decl->configuration)
    for (const ast::Port &port : decl->configuration->ports) {
      known.push_back(port.name.text);
      needed.push_back(!port.init);
    }
  if (builtin)
    for (const elab::BuiltinPort &port : builtin->ports) {
      known.push_back(port.name);
      needed.push_back(!port.optional);
    }
  if (decl || builtin)
    arguments(call, callee->text, known, needed);
}

void Checker::arguments(const ast::Call &call, const std::string &callee, const std::vector<std::string> &known,
                        const std::vector<bool> &needed) {
  std::set<std::string> given;
  size_t position = 0;
  for (const ast::Argument &argument : call.arguments) {
    SourceRange at = argument.name ? argument.name->range : argument.value->range;
    std::string name = argument.name ? argument.name->text : position < known.size() ? known[position] : "";
    position += argument.name ? 0 : 1;
    if (name.empty()) {
      diagnostics.error(at, "'" + callee + "' takes " + std::to_string(known.size()) + " argument" +
                                (known.size() == 1 ? "" : "s") + ", got " + std::to_string(call.arguments.size()));
      return;
    }
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      diagnostics.error(at, "'" + callee + "' has no argument '" + name + "'").withHint(suggestArgument(name, known));
    } else if (!given.insert(name).second) {
      diagnostics.error(at, "the argument '" + name + "' of '" + callee + "' is given twice");
    }
  }
  for (size_t i = 0; i < known.size(); ++i)
    if (needed[i] && !given.count(known[i]))
      diagnostics.error(call.range, "the argument '" + known[i] + "' of '" + callee + "' is missing")
          .withHint("write `_` to leave it open");
}

} // namespace flex::sema
