#include "flex/AST/Format.h"
#include "flex/AST/Formatter.h"

#include <algorithm>

namespace flex::ast {

namespace {

constexpr int blockIndent = 2, continuationIndent = 4;

bool isCompound(const Stmt &stmt) {
  return stmt.kind == Stmt::Kind::For || stmt.kind == Stmt::Kind::If || stmt.kind == Stmt::Kind::Local;
}

} // namespace

//===----------------------------------------------------------------------===//
// Comments
//===----------------------------------------------------------------------===//

size_t CommentTable::firstFrom(uint32_t begin) const {
  auto before = [](const Comment &comment, uint32_t offset) { return comment.range.begin < offset; };
  return std::lower_bound(file.comments.begin(), file.comments.end(), begin, before) - file.comments.begin();
}

std::vector<SourceRange> CommentTable::take(uint32_t begin, uint32_t end) {
  std::vector<SourceRange> taken;
  for (size_t i = firstFrom(begin); i < used.size() && file.comments[i].range.begin < end; ++i) {
    if (!used[i])
      taken.push_back(file.comments[i].range);
    used[i] = true;
  }
  return taken;
}

SourceRange CommentTable::takeTrailing(uint32_t after) {
  size_t at = file.source->text.find_first_not_of(" \t,", after);
  if (at == std::string::npos || file.source->text[at] != '#')
    return {};
  std::vector<SourceRange> taken = take(static_cast<uint32_t>(at), static_cast<uint32_t>(at) + 1);
  return taken.empty() ? SourceRange() : taken.front();
}

bool CommentTable::anyIn(uint32_t begin, uint32_t end) const {
  for (size_t i = firstFrom(begin); i < used.size() && file.comments[i].range.begin < end; ++i)
    if (!used[i])
      return true;
  return false;
}

uint32_t CommentTable::find(char c, uint32_t from) const {
  const std::string &text = file.source->text;
  while (from < text.size() && text[from] != c)
    from = text[from] == '#' ? static_cast<uint32_t>(std::min(text.find('\n', from), text.size())) : from + 1;
  return from;
}

Layout Formatter::commentAt(SourceRange range) const {
  std::string text = textOf(range);
  text.erase(text.find_last_not_of(" \t\r") + 1);
  return comment(std::move(text));
}

bool Formatter::blankLine(uint32_t begin, uint32_t end) const {
  return begin < end && std::count(source.begin() + begin, source.begin() + end, '\n') > 1;
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

Layout Formatter::items(const std::vector<Item> &items, uint32_t begin, uint32_t end, bool firstOnNewLine) {
  std::vector<Layout> lines;
  uint32_t at = begin; // what was printed last ends here
  bool first = true;
  auto startLine = [&](uint32_t next) {
    if (!first || firstOnNewLine)
      lines.push_back(hardLine());
    if (!first && blankLine(at, next))
      lines.push_back(hardLine());
    first = false;
  };
  auto ownLines = [&](const std::vector<SourceRange> &ranges) {
    for (SourceRange range : ranges) {
      startLine(range.begin);
      lines.push_back(commentAt(range));
      at = range.end;
    }
  };
  for (const Item &item : items) {
    ownLines(comments.take(at, item.range.begin));
    Layout layout = item.build();
    // Comments for which the layout has no place come before it.
    for (SourceRange range : comments.take(item.range.begin, item.range.end)) {
      startLine(item.range.begin);
      lines.push_back(commentAt(range));
      at = item.range.begin;
    }
    startLine(item.range.begin);
    lines.push_back(std::move(layout));
    at = item.range.end;
    if (SourceRange trailing = comments.takeTrailing(at)) {
      lines.push_back("  ");
      lines.push_back(commentAt(trailing));
      at = trailing.end;
    }
  }
  ownLines(comments.take(at, end));
  return sequence(std::move(lines));
}

Layout Formatter::file() {
  std::vector<Item> lines;
  for (const Use &use : tree.uses)
    lines.push_back({use.range, [&use] {
                       std::string path;
                       for (const Identifier &part : use.path)
                         path += (path.empty() ? "use " : ".") + part.text;
                       return Layout(path);
                     }});
  for (const DeclPtr &one : tree.decls)
    lines.push_back({one->range, [this, &one] { return decl(*one); }});
  return items(lines, 0, static_cast<uint32_t>(source.size()) + 1, false);
}

/// `{ ... }` with the braces at these places; to be put in a group, which decides between one line and several. One line
/// is kept where it was one, for a single simple statement.
Layout Formatter::block(const std::vector<StmtPtr> &statements, uint32_t open, uint32_t close) {
  bool hasComments = comments.anyIn(open, close);
  if (statements.empty() && !hasComments)
    return "{}";
  bool oneLine = !hasComments && statements.size() == 1 && !isCompound(*statements[0]) &&
                 std::find(source.begin() + open, source.begin() + close, '\n') == source.begin() + close;
  if (oneLine)
    return sequence({"{", nest(blockIndent, sequence({lineOr(" "), statement(*statements[0])})), lineOr(" "), "}"});
  std::vector<Layout> head = {"{"};
  uint32_t at = open + 1;
  if (SourceRange trailing = comments.takeTrailing(at)) {
    head.push_back("  ");
    head.push_back(commentAt(trailing));
    at = trailing.end;
  }
  std::vector<Item> lines;
  for (const StmtPtr &one : statements)
    lines.push_back({one->range, [this, &one] { return statement(*one); }});
  Layout content = items(lines, at, close, true);
  return sequence({sequence(std::move(head)), nest(blockIndent, std::move(content)), hardLine(), "}"});
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

Layout Formatter::definition(std::vector<Layout> head, const Expr &value) {
  head.push_back(" =");
  head.push_back(nest(continuationIndent, hang(expr(value))));
  return sequence(std::move(head));
}

Layout Formatter::storage(const char *keyword, const Storage &storage) {
  std::vector<Layout> head = {keyword, " ", storage.name.text};
  if (!storage.shape.empty())
    head.push_back(shape(storage.shape));
  head.push_back(attributes(storage.attributes));
  return definition(std::move(head), *storage.value);
}

Layout Formatter::ifStatement(const If &stmt) {
  uint32_t open = comments.find('{', stmt.condition->range.end);
  uint32_t close = comments.find('}', stmt.then.empty() ? open + 1 : stmt.then.back()->range.end);
  std::vector<Layout> parts = {"if ", nest(continuationIndent, expr(*stmt.condition)), " "};
  parts.push_back(block(stmt.then, open, close));
  if (stmt.elseIf) {
    parts.push_back(" else ");
    parts.push_back(ifStatement(*as<If>(stmt.otherwise[0])));
  } else if (stmt.hasElse) {
    open = comments.find('{', close + 1);
    close = comments.find('}', stmt.otherwise.empty() ? open + 1 : stmt.otherwise.back()->range.end);
    parts.push_back(" else ");
    parts.push_back(block(stmt.otherwise, open, close));
  }
  return sequence(std::move(parts));
}

Layout Formatter::statement(const Stmt &stmt) {
  auto keyword = [&](const char *word, const ExprPtr &value) {
    return sequence({word, " ", nest(continuationIndent, expr(*value))});
  };
  switch (stmt.kind) {
  case Stmt::Kind::Local:
    return decl(*as<Local>(&stmt)->decl);
  case Stmt::Kind::Let: {
    const Let &let = *as<Let>(&stmt);
    return definition({"let ", let.name.text, attributes(let.attributes)}, *let.value);
  }
  case Stmt::Kind::Var:
    return definition({"var ", as<Var>(&stmt)->name.text}, *as<Var>(&stmt)->value);
  case Stmt::Kind::Param:
    return storage("param", *as<Param>(&stmt));
  case Stmt::Kind::State:
    return storage("state", *as<State>(&stmt));
  case Stmt::Kind::Next:
    return definition({"next ", as<Next>(&stmt)->name.text}, *as<Next>(&stmt)->value);
  case Stmt::Kind::Assign: {
    const Assign &assign = *as<Assign>(&stmt);
    return definition({assign.name.text, assign.selector ? " @" + assign.selector->text : ""}, *assign.value);
  }
  case Stmt::Kind::For: {
    const For &loop = *as<For>(&stmt);
    uint32_t open = comments.find('{', loop.values->range.end);
    Layout head = sequence({"for ", loop.name.text, " in ", nest(continuationIndent, expr(*loop.values)), " "});
    return sequence({std::move(head), group(block(loop.body, open, loop.range.end - 1))});
  }
  case Stmt::Kind::If:
    return group(ifStatement(*as<If>(&stmt)));
  case Stmt::Kind::Require:
    return keyword("require", as<Require>(&stmt)->value);
  case Stmt::Kind::Extent:
    return keyword("extent", as<Extent>(&stmt)->value);
  case Stmt::Kind::Band:
    return keyword("band", as<Band>(&stmt)->value);
  case Stmt::Kind::Return:
    return keyword("return", as<Return>(&stmt)->value);
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

Layout Formatter::ports(const PortList &list) {
  std::vector<Entry> entries;
  for (const Port &port : list.ports) {
    std::vector<Layout> parts = {port.name.text + attributes(port.attributes) + ": ", type(*port.type)};
    if (port.init) {
      parts.push_back(" = ");
      parts.push_back(expr(*port.init));
    }
    entries.push_back({port.range, sequence(std::move(parts))});
  }
  return this->list("(", entries, ")", list.range.begin, list.range.end);
}

Layout Formatter::decl(const Decl &decl) {
  std::vector<Layout> head = {name(decl.role), " ", decl.name.text};
  if (decl.configuration)
    head.push_back(ports(*decl.configuration));
  if (decl.value)
    head.push_back(group(sequence({lineOr(" "), ports(*decl.value)})));
  if (decl.result)
    head.push_back(sequence({" -> ", type(*decl.result)}));
  Layout header = nest(continuationIndent, sequence(std::move(head)));
  switch (decl.body.kind) {
  case Body::Extern:
    return sequence({std::move(header), " extern"});
  case Body::Value:
    return definition({std::move(header)}, *decl.body.value);
  case Body::Block:
    break;
  }
  SourceRange braces = decl.body.range;
  return sequence({std::move(header), " ", group(block(decl.body.statements, braces.begin, braces.end - 1))});
}

std::string format(const File &file) {
  std::string text = render(Formatter(file).file());
  return text.empty() ? text : text + "\n";
}

} // namespace flex::ast
