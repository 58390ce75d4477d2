/// Files and the names they declare: what `use` brings in, and from where.
///
/// A file sees its own declarations first, then those that it uses, then the built-ins. `use std.layers` names one
/// file, `use std` all files of a folder. What a file uses is not passed on.
#pragma once

#include "flex/AST/AST.h"
#include "flex/Elaborate/Value.h"
#include "flex/Support/Diagnostics.h"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace flex::elab {

class Modules {
public:
  Modules(Sources &sources, const std::vector<std::string> &libraryPaths, Diagnostics &diagnostics);

  /// The scope of a file, with everything it uses read. Null if any of that fails.
  Scope *load(const ast::File &file);

  /// Every file read so far, the first one included.
  const std::vector<const ast::File *> &files() const { return all; }
  /// What a file's declarations see; null for a file that is wrong.
  Scope *scopeOf(const ast::File &file) const;
  /// Every tag that a declaration of any file gives.
  const std::set<std::string> &tags() const { return knownTags; }
  /// An expression that has no file: `-D name=value`. Null if it does not parse. Lives as long as the modules do.
  const ast::Expr *expression(const std::string &name, const std::string &text);
  Scope &builtins() { return builtinScope; }

private:
  bool import(const ast::Use &use, const ast::File &file, Scope &into);
  std::vector<std::string> filesOf(const ast::Use &use, const ast::File &file) const;
  Scope *loadFile(const std::string &path, SourceRange use);
  void collectTags(const ast::Decl &decl);

  Sources &sources;
  std::vector<std::string> libraryPaths;
  Diagnostics &diagnostics;
  Scope builtinScope;
  std::deque<Scope> scopes;
  std::deque<std::unique_ptr<ast::File>> parsed;
  std::map<std::string, Scope *> loaded; ///< by path; null while a file is being read, or if it is wrong
  std::vector<const ast::File *> all;
  std::map<const ast::File *, Scope *> scopeByFile;
  std::set<std::string> knownTags;
  std::map<std::string, ast::ExprPtr> expressions;
};

} // namespace flex::elab
