// Reading the files that `use` names.
#include "flex/Elaborate/Modules.h"

#include "flex/Elaborate/Builtins.h"
#include "flex/Parse/Parse.h"
#include "flex/Support/Suggest.h"

#include <algorithm>
#include <filesystem>

namespace flex::elab {

namespace fs = std::filesystem;

Modules::Modules(Sources &sources, const std::vector<std::string> &libraryPaths, Diagnostics &diagnostics)
    : sources(sources), libraryPaths(libraryPaths), diagnostics(diagnostics) {
  declareBuiltins(builtinScope);
}

/// The file `std/layers.flex`, or the files in `std/`, of the first folder that has it: beside the user first.
std::vector<std::string> Modules::filesOf(const ast::Use &use, const ast::File &file) const {
  fs::path relative;
  for (const ast::Identifier &part : use.path)
    relative /= part.text;
  std::vector<fs::path> folders{fs::path(file.source->path).parent_path()};
  folders.insert(folders.end(), libraryPaths.begin(), libraryPaths.end());
  for (const fs::path &folder : folders) {
    std::error_code none;
    fs::path single = folder / (relative.string() + ".flex");
    if (fs::is_regular_file(single, none))
      return {single.string()};
    std::vector<std::string> found;
    for (fs::directory_iterator i(folder / relative, none), end; !none && i != end; i.increment(none))
      if (i->path().extension() == ".flex")
        found.push_back(i->path().string());
    std::sort(found.begin(), found.end());
    if (!found.empty())
      return found;
  }
  return {};
}

Scope *Modules::loadFile(const std::string &path, SourceRange use) {
  std::error_code none;
  std::string key = fs::weakly_canonical(path, none).string();
  if (auto known = loaded.find(key); known != loaded.end()) {
    if (!known->second)
      diagnostics.error(use, "'" + path + "' is wrong, or uses the file that uses it");
    return known->second;
  }
  loaded[key] = nullptr;
  std::string error;
  const SourceFile *source = sources.read(path, error);
  if (!source) {
    diagnostics.error(use, "cannot read '" + path + "': " + error);
    return nullptr;
  }
  std::unique_ptr<ast::File> file = parse(*source, diagnostics);
  if (!file)
    return nullptr;
  parsed.push_back(std::move(file));
  return loaded[key] = load(*parsed.back());
}

bool Modules::import(const ast::Use &use, const ast::File &file, Scope &into) {
  std::vector<std::string> paths = filesOf(use, file);
  if (paths.empty()) {
    std::string name;
    for (const ast::Identifier &part : use.path)
      name += (name.empty() ? "" : ".") + part.text;
    diagnostics.error(use.range, "there is no module '" + name + "'")
        .withHint("modules are looked for beside the file and in the library's folder");
    return false;
  }
  bool good = true;
  for (const std::string &path : paths) {
    Scope *module = loadFile(path, use.range);
    good &= module != nullptr;
    for (auto i = module ? module->names.begin() : into.names.end(); module && i != module->names.end(); ++i) {
      auto [place, isNew] = into.names.insert(*i);
      bool same =
          place->second.range.file == i->second.range.file && place->second.range.begin == i->second.range.begin;
      if (isNew || same)
        continue;
      diagnostics.error(use.range, "two modules that are used here declare '" + i->first + "'");
      diagnostics.note(place->second.range, "one of them");
      diagnostics.note(i->second.range, "the other one");
      good = false;
    }
  }
  return good;
}

Scope *Modules::load(const ast::File &file) {
  all.push_back(&file);
  Scope &imports = scopes.emplace_back(Scope{&builtinScope, nullptr, {}});
  Scope &module = scopes.emplace_back(Scope{&imports, nullptr, {}});
  bool good = true;
  for (const ast::Use &use : file.uses)
    good &= import(use, file, imports);
  for (const ast::DeclPtr &decl : file.decls) {
    Callable callable;
    callable.decl = decl.get();
    callable.scope = &module;
    auto [place, isNew] = module.names.try_emplace(decl->name.text, Binding{callable, decl->name.range, false});
    if (!isNew) {
      diagnostics.error(decl->name.range, "'" + decl->name.text + "' is declared twice");
      diagnostics.note(place->second.range, "it was declared here");
      good = false;
    }
    collectTags(*decl);
  }
  scopeByFile[&file] = good ? &module : nullptr;
  return scopeByFile[&file];
}

Scope *Modules::scopeOf(const ast::File &file) const {
  auto found = scopeByFile.find(&file);
  return found == scopeByFile.end() ? nullptr : found->second;
}

void Modules::collectTags(const ast::Decl &decl) {
  auto add = [&](const ast::Attributes &attributes) {
    for (const ast::Identifier &tag : attributes.tags)
      knownTags.insert(tag.text);
  };
  auto pipes = [&](auto &&self, const ast::Expr *expr) -> void {
    if (auto *pipe = ast::as<ast::Pipe>(expr)) {
      if (pipe->label)
        add(pipe->label->attributes);
      self(self, pipe->value.get());
    }
  };
  auto walk = [&](auto &&self, const std::vector<ast::StmtPtr> &list) -> void {
    for (const ast::StmtPtr &stmt : list) {
      if (auto *param = ast::as<ast::Param>(stmt))
        add(param->attributes);
      else if (auto *let = ast::as<ast::Let>(stmt)) {
        add(let->attributes);
        pipes(pipes, let->value.get());
      } else if (auto *ret = ast::as<ast::Return>(stmt))
        pipes(pipes, ret->value.get());
      else if (auto *loop = ast::as<ast::For>(stmt))
        self(self, loop->body);
      else if (auto *local = ast::as<ast::Local>(stmt))
        collectTags(*local->decl);
      else if (auto *choice = ast::as<ast::If>(stmt)) {
        self(self, choice->then);
        self(self, choice->otherwise);
      }
    }
  };
  if (decl.configuration)
    for (const ast::Port &port : decl.configuration->ports)
      add(port.attributes);
  walk(walk, decl.body.statements);
  pipes(pipes, decl.body.value.get());
}

const ast::Expr *Modules::expression(const std::string &name, const std::string &text) {
  if (auto known = expressions.find(name); known != expressions.end())
    return known->second.get();
  const SourceFile *source = sources.add("-D " + name, text);
  ast::ExprPtr expr = parseExpression({source, 0, uint32_t(text.size())}, diagnostics);
  return (expressions[name] = std::move(expr)).get();
}

} // namespace flex::elab
