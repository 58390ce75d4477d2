// Declarations and statements: what they define, and what their role allows.
#include "flex/Sema/Names.h"

#include "flex/Sema/Checker.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::sema {

using ast::Role;
using ast::Stmt;

bool checkNames(elab::Modules &modules, Diagnostics &diagnostics) {
  for (const ast::File *file : modules.files())
    if (elab::Scope *scope = modules.scopeOf(*file))
      for (const ast::DeclPtr &decl : file->decls)
        Checker(*scope, diagnostics).check(*decl, nullptr);
  return !diagnostics.hasErrors();
}

void Checker::check(const ast::Decl &decl, Names *outside) {
  contract(decl);
  Names names{outside, &decl, {}};
  if (decl.configuration)
    ports(*decl.configuration, names, decl.role == Role::Fn);
  if (decl.value)
    ports(*decl.value, names, true);
  if (decl.configuration)
    initialiserDefaults(*decl.configuration, names);
  if (decl.body.value)
    use(*decl.body.value, names);
  statements(decl.body.statements, names);
  if (decl.result)
    type(*decl.result, names, false);
  reportUnused(names);
}

/// What the roles promise each other.
void Checker::contract(const ast::Decl &decl) {
  std::string self = std::string("the ") + ast::name(decl.role) + " '" + decl.name.text + "'";
  size_t values = decl.value ? decl.value->ports.size() : 0;
  bool one =
      decl.role == Role::Kernel || decl.role == Role::Mask || decl.role == Role::Network || decl.role == Role::Recipe;
  if (one && values != 1)
    diagnostics.error(decl.name.range, self + " must take exactly one value, in a second list")
        .withHint(decl.role == Role::Recipe
                      ? "recipe " + decl.name.text + "(...) (net: network)"
                      : std::string(ast::name(decl.role)) + " " + decl.name.text + "(...) (p: [d])");
  else if (decl.role == Role::Block && values == 0)
    diagnostics.error(decl.name.range, self + " takes no value")
        .withHint("write `block " + decl.name.text + "(...) (x: [c])`, or make it a `fn`");
  else if (decl.role == Role::Experiment && decl.value)
    diagnostics.error(decl.value->range, self + " takes no value");
  auto *point = decl.role == Role::Kernel || decl.role == Role::Mask ? &decl.value : nullptr;
  if (point && values == 1)
    if (auto *field = ast::as<ast::FieldType>(decl.value->ports[0].type); !field || field->shape.size() != 1)
      diagnostics.error(decl.value->ports[0].range,
                        self + " is a function of a position: one vector, such as `p: [d]`");
  auto *result = ast::as<ast::NamedType>(decl.result);
  if (decl.role == Role::Mask && decl.result && !(result && result->name.text == "real"))
    diagnostics.error(decl.result->range, self + " must return `real`: one number for each position");
}

//===----------------------------------------------------------------------===//
// Ports and types
//===----------------------------------------------------------------------===//

static bool isInitialiser(const ast::Port &port) {
  auto *named = ast::as<ast::NamedType>(port.type);
  return named && named->name.text == "init";
}

void Checker::ports(const ast::PortList &list, Names &names, bool values) {
  for (const ast::Port &port : list.ports) {
    type(*port.type, names, values);
    attributes(port.attributes, names, nullptr);
    if (port.init && !isInitialiser(port))
      use(*port.init, names);
    define(names, port.name, nullptr);
  }
}

/// They are evaluated in the body, where the sizes of the value are known.
void Checker::initialiserDefaults(const ast::PortList &list, Names &names) {
  for (const ast::Port &port : list.ports)
    if (port.init && isInitialiser(port))
      use(*port.init, names);
}

void Checker::type(const ast::TypeExpr &type, Names &names, bool binds) {
  if (auto *field = ast::as<ast::FieldType>(&type)) {
    for (const auto *list : {&field->shape, &field->rank})
      for (const ast::ExprPtr &expr : *list)
        dimension(*expr, names, binds);
  } else if (auto *function = ast::as<ast::FunctionType>(&type)) {
    for (const ast::TypePtr &parameter : function->parameters)
      this->type(*parameter, names, true);
    this->type(*function->result, names, true);
  } else if (auto *named = ast::as<ast::NamedType>(&type)) {
    static const std::vector<std::string> known{"int",  "real", "bool",  "list",   "string", "duration", "size",
                                                "data", "init", "class", "kernel", "mask",   "block",    "network"};
    if (std::find(known.begin(), known.end(), named->name.text) != known.end())
      return;
    Diagnostic &error = diagnostics.error(named->name.range, "unknown type '" + named->name.text + "'");
    if (std::string near = suggest(named->name.text, known); !near.empty())
      error.withHint("did you mean '" + near + "'?");
  }
}

/// A name in the type of a value that nothing local defines takes the size that is there.
void Checker::dimension(const ast::Expr &expr, Names &names, bool binds) {
  auto *name = ast::as<ast::Name>(&expr);
  if (name && binds && !local(names, name->text)) {
    names.entries[name->text] = {name->range};
    return;
  }
  if (name && !local(names, name->text)) {
    Diagnostic &error = diagnostics.error(name->range, "unknown dimension '" + name->text + "'");
    if (std::string near = suggest(name->text, visible(names)); !near.empty())
      error.withHint("did you mean '" + near + "'?");
    return;
  }
  use(expr, names);
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void Checker::define(Names &names, const ast::Identifier &name, const char *unused, bool variable,
                     const ast::Decl *decl) {
  for (Names *n = &names; n && n->decl == names.decl; n = n->parent)
    if (auto found = n->entries.find(name.text); found != n->entries.end()) {
      diagnostics.error(name.range, "'" + name.text + "' is already defined in this declaration")
          .withHint(found->second.variable ? "to reassign a `var` write `" + name.text + " = ...`"
                                           : "choose another name");
      diagnostics.note(found->second.range, "'" + name.text + "' was defined here");
      return;
    }
  names.entries[name.text] = {name.range, decl, unused, variable, false};
}

void Checker::reportUnused(const Names &names) {
  for (const auto &[name, entry] : names.entries)
    if (entry.unused && !entry.used)
      diagnostics.warning(entry.range, std::string("the ") + entry.unused + " '" + name + "' is never used");
}

void Checker::statements(const std::vector<ast::StmtPtr> &list, Names &names) {
  for (const ast::StmtPtr &stmt : list) {
    allowed(*stmt, *names.decl);
    statement(*stmt, names);
  }
}

void Checker::allowed(const Stmt &stmt, const ast::Decl &decl) {
  bool owns =
      decl.role == Role::Block || decl.role == Role::Kernel || decl.role == Role::Mask || decl.role == Role::Network;
  std::string in = std::string(" in a ") + ast::name(decl.role);
  bool storage = stmt.kind == Stmt::Kind::Param || stmt.kind == Stmt::Kind::State || stmt.kind == Stmt::Kind::Next;
  if (storage && !owns)
    diagnostics.error(stmt.range, "parameters and states belong to blocks: they cannot stand" + in)
        .withHint(decl.role == Role::Fn ? "make '" + decl.name.text + "' a block" : "");
  if (stmt.kind == Stmt::Kind::Extent && decl.role != Role::Mask)
    diagnostics.error(stmt.range, "`extent` says where a mask lives: it cannot stand" + in);
  if (stmt.kind == Stmt::Kind::Band && decl.role != Role::Kernel && decl.role != Role::Mask && decl.role != Role::Block)
    diagnostics.error(stmt.range, "`band` bounds the frequencies of a kernel or mask: it cannot stand" + in);
  if (stmt.kind == Stmt::Kind::Return && decl.role == Role::Recipe)
    diagnostics.error(stmt.range, "a recipe assigns slots, it returns nothing");
}

void Checker::statement(const Stmt &stmt, Names &names) {
  switch (stmt.kind) {
  case Stmt::Kind::Local: {
    const ast::Decl &decl = *ast::as<ast::Local>(&stmt)->decl;
    define(names, decl.name, "declaration", false, &decl);
    return check(decl, &names);
  }
  case Stmt::Kind::Let: {
    const auto &let = *ast::as<ast::Let>(&stmt);
    use(*let.value, names);
    attributes(let.attributes, names, let.value.get());
    return define(names, let.name, "let");
  }
  case Stmt::Kind::Var: {
    const auto &var = *ast::as<ast::Var>(&stmt);
    use(*var.value, names);
    return define(names, var.name, "var", true);
  }
  case Stmt::Kind::Param: return storage(*ast::as<ast::Param>(&stmt), names, "param");
  case Stmt::Kind::State: return storage(*ast::as<ast::State>(&stmt), names, "state");
  case Stmt::Kind::Next: {
    const auto &next = *ast::as<ast::Next>(&stmt);
    if (Entry *entry = local(names, next.name.text))
      entry->used = true;
    else
      diagnostics.error(next.name.range, "unknown state '" + next.name.text + "'");
    return use(*next.value, names);
  }
  case Stmt::Kind::Assign: return assign(*ast::as<ast::Assign>(&stmt), names);
  case Stmt::Kind::For: {
    const auto &loop = *ast::as<ast::For>(&stmt);
    use(*loop.values, names);
    Names round{&names, names.decl, {}};
    define(round, loop.name, nullptr);
    statements(loop.body, round);
    return reportUnused(round);
  }
  case Stmt::Kind::If: return choice(*ast::as<ast::If>(&stmt), names);
  case Stmt::Kind::Require: return use(*ast::as<ast::Require>(&stmt)->value, names);
  case Stmt::Kind::Extent: return use(*ast::as<ast::Extent>(&stmt)->value, names);
  case Stmt::Kind::Band: return use(*ast::as<ast::Band>(&stmt)->value, names);
  case Stmt::Kind::Return: return use(*ast::as<ast::Return>(&stmt)->value, names);
  }
}

void Checker::storage(const ast::Storage &stmt, Names &names, const char *what) {
  for (const ast::ExprPtr &size : stmt.shape)
    use(*size, names);
  attributes(stmt.attributes, names, nullptr);
  use(*stmt.value, names);
  define(names, stmt.name, what);
}

/// Both branches may define a name; one of them is there.
void Checker::choice(const ast::If &choice, Names &names) {
  use(*choice.condition, names);
  std::map<std::string, Entry> before = names.entries;
  statements(choice.then, names);
  std::map<std::string, Entry> then = std::move(names.entries);
  for (auto &[name, entry] : before)
    entry.used |= then[name].used;
  names.entries = std::move(before);
  statements(choice.otherwise, names);
  for (const auto &[name, entry] : then) {
    auto [place, isNew] = names.entries.try_emplace(name, entry);
    if (!isNew)
      place->second.used |= entry.used;
  }
}

void Checker::assign(const ast::Assign &stmt, Names &names) {
  static const std::vector<std::string> slots{"loss", "metric", "optimizer", "keep", "length", "batch"};
  use(*stmt.value, names);
  Role role = names.decl->role;
  Entry *entry = nullptr;
  for (Names *n = &names; n && n->decl == names.decl && !entry; n = n->parent)
    if (auto found = n->entries.find(stmt.name.text); found != n->entries.end() && found->second.variable)
      entry = &found->second;
  if (entry || role == Role::Experiment)
    return;
  bool slot = role == Role::Recipe && std::find(slots.begin(), slots.end(), stmt.name.text) != slots.end();
  if (slot) {
    names.entries.try_emplace(stmt.name.text, Entry{stmt.name.range});
    return;
  }
  Diagnostic &error =
      diagnostics.error(stmt.name.range, "'" + stmt.name.text + "' is not a `var`" +
                                             (role == Role::Recipe ? " and not a slot of a recipe" : ""));
  std::string near = suggest(stmt.name.text, role == Role::Recipe ? slots : visible(names));
  if (!near.empty())
    error.withHint("did you mean '" + near + "'?");
}

} // namespace flex::sema
