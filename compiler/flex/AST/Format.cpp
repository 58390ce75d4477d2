#include "flex/AST/Format.h"
#include "flex/AST/Formatter.h"
#include "flex/Support/Utf8.h"

#include <algorithm>

namespace flex::ast {

namespace {

constexpr int blockIndent = 2;
constexpr int headIndent = 4; ///< of what goes on before a '{', to stand off from the body

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
  std::vector<Trailing> trailing;
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
    lines.push_back(layout);
    at = item.range.end;
    if (SourceRange comment = comments.takeTrailing(at)) {
      std::string text = render(layout, lineWidth - depth * blockIndent);
      if (text.find('\n') == std::string::npos)
        trailing.push_back({item.range, comment.begin, lines.size(), static_cast<int>(utf8Length(text))});
      lines.push_back("  ");
      lines.push_back(commentAt(comment));
      at = comment.end;
    }
  }
  ownLines(comments.take(at, end));
  alignComments(trailing, lines);
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
  alignDefinitionsIn(tree.decls);
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
  alignDefinitionsIn(statements);
  std::vector<Item> lines;
  for (const StmtPtr &one : statements)
    lines.push_back({one->range, [this, &one] { return statement(*one); }});
  ++depth;
  Layout content = items(lines, at, close, true);
  --depth;
  return sequence({sequence(std::move(head)), nest(blockIndent, std::move(content)), hardLine(), "}"});
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

Layout Formatter::assigned(const Expr &value) {
  Layout layout = expr(value);
  // One entry a line: the closing bracket comes back to where the definition begins.
  bool bracketed = layout.mustBreak() && (value.kind == Expr::Kind::List || value.kind == Expr::Kind::Call);
  return nest(bracketed ? 0 : blockIndent, hang(std::move(layout)));
}

Layout Formatter::definition(const Definition &definition) {
  std::vector<Layout> parts = {definition.name};
  auto found = gaps.find(definition.value);
  for (size_t i = 0; i < cellCount; ++i)
    if (const std::string &text = definition.cells[i].text; !text.empty())
      parts.push_back(std::string(found == gaps.end() ? 1 : 1 + found->second[i], ' ') + text);
  parts.push_back(assigned(*definition.value));
  return sequence(std::move(parts));
}

Layout Formatter::ifStatement(const If &stmt) {
  uint32_t open = comments.find('{', stmt.condition->range.end);
  uint32_t close = comments.find('}', stmt.then.empty() ? open + 1 : stmt.then.back()->range.end);
  std::vector<Layout> parts = {"if ", nest(headIndent, expr(*stmt.condition)), " "};
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
  if (std::optional<Definition> one = definitionOf(stmt))
    return definition(*one);
  auto keyword = [&](const char *word, const ExprPtr &value) {
    return sequence({word, " ", nest(blockIndent, expr(*value))});
  };
  switch (stmt.kind) {
  case Stmt::Kind::Local:
    return decl(*as<Local>(&stmt)->decl);
  case Stmt::Kind::For: {
    const For &loop = *as<For>(&stmt);
    uint32_t open = comments.find('{', loop.values->range.end);
    Layout head = sequence({"for ", loop.name.text, " in ", nest(headIndent, expr(*loop.values)), " "});
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
  default: // a definition
    return "";
  }
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
  if (std::optional<Definition> one = definitionOf(decl))
    return definition(*one);
  std::vector<Layout> lists;
  if (decl.configuration)
    lists.push_back(ports(*decl.configuration));
  if (decl.value)
    lists.push_back(group(sequence({lineOr(" "), ports(*decl.value)})));
  bool oneAPort = !lists.empty() && lists.front().mustBreak();
  Layout both = sequence(std::move(lists));
  Layout head = sequence({name(decl.role), " ", decl.name.text, oneAPort ? both : align(both, headIndent),
                          decl.result ? sequence({" -> ", type(*decl.result)}) : Layout()});
  switch (decl.body.kind) {
  case Body::Extern:
    return sequence({std::move(head), " extern"});
  case Body::Value:
    return sequence({std::move(head), " =", assigned(*decl.body.value)});
  case Body::Block:
    break;
  }
  SourceRange braces = decl.body.range;
  return sequence({std::move(head), " ", group(block(decl.body.statements, braces.begin, braces.end - 1))});
}

std::string format(const File &file) {
  std::string text = render(Formatter(file).file());
  return text.empty() ? text : text + "\n";
}

} // namespace flex::ast
