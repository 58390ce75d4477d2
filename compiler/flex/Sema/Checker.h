/// One walk over the declarations of a file, with the names that are visible at each place.
#pragma once

#include "flex/Elaborate/Modules.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace flex::sema {

/// What a name stands for, as far as that is known without values.
struct Entry {
  SourceRange range;
  const ast::Decl *decl = nullptr; ///< if it is a declaration
  const char *unused = nullptr;    ///< what to call it in a warning if nothing reads it; null: no warning
  bool variable = false;
  bool used = false;
};

/// Names of one declaration, or of one round of a loop in it.
struct Names {
  Names *parent = nullptr;
  const ast::Decl *decl = nullptr;
  std::map<std::string, Entry> entries;
};

class Checker {
public:
  Checker(elab::Scope &module, Diagnostics &diagnostics) : module(module), diagnostics(diagnostics) {}

  void check(const ast::Decl &decl, Names *outside);

private:
  // Declarations and statements (Names.cpp)
  void contract(const ast::Decl &decl);
  void ports(const ast::PortList &list, Names &names, bool values);
  void initialiserDefaults(const ast::PortList &list, Names &names);
  void type(const ast::TypeExpr &type, Names &names, bool binds);
  void dimension(const ast::Expr &expr, Names &names, bool binds);
  void statements(const std::vector<ast::StmtPtr> &list, Names &names);
  void statement(const ast::Stmt &stmt, Names &names);
  void storage(const ast::Storage &stmt, Names &names, const char *what);
  void assign(const ast::Assign &stmt, Names &names);
  void choice(const ast::If &choice, Names &names);
  void allowed(const ast::Stmt &stmt, const ast::Decl &decl);
  void define(Names &names, const ast::Identifier &name, const char *unused, bool variable = false,
              const ast::Decl *decl = nullptr);
  void reportUnused(const Names &names);

  // Expressions (Uses.cpp)
  void use(const ast::Expr &expr, Names &names);
  void name(const ast::Name &name, Names &names);
  void call(const ast::Call &call, Names &names);
  void arguments(const ast::Call &call, const std::string &callee, const std::vector<std::string> &known,
                 const std::vector<bool> &needed);
  void attributes(const ast::Attributes &attributes, Names &names, const ast::Expr *value);
  void each(const ast::Each &each, Names &names, const ast::Attributes *label);
  Entry *local(Names &names, const std::string &name);
  const elab::Value *global(const std::string &name) const;
  std::vector<std::string> visible(Names &names) const;

  elab::Scope &module;
  Diagnostics &diagnostics;
};

} // namespace flex::sema
