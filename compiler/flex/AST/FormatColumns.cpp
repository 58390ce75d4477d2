// Columns that authors make with blanks: the '=' of definitions on consecutive lines, what stands before it, and comments
// at their ends. They stay where every line of a run keeps to them; nothing is put into columns that was not.
#include "flex/AST/Formatter.h"
#include "flex/Support/Utf8.h"

#include <algorithm>

namespace flex::ast {

namespace {

/// One token of a line that others may stand under.
struct Mark {
  SourceRange line;   ///< the whole definition or item
  uint32_t at = 0;    ///< of the token, in the source
  int width = 0;      ///< of what is printed before it, without the blanks
  int *gap = nullptr; ///< takes the blanks that are wanted beside the least number
};

int widthOf(const std::string &text) { return static_cast<int>(utf8Length(text)); }

int blanksBefore(const std::string &text, uint32_t at) {
  size_t last = text.find_last_not_of(" \t", at - 1);
  return static_cast<int>(at - 1 - (last == std::string::npos ? -1 : last));
}

/// Widens the gaps of each run of marks that are on consecutive lines, in one column, with more than `least` blanks
/// before one of them.
void align(const std::vector<Mark> &marks, int least) {
  for (size_t begin = 0, end; begin < marks.size(); begin = end) {
    const SourceFile &file = *marks[begin].line.file;
    uint32_t column = lineColumn(file, marks[begin].at).column;
    bool padded = false;
    int width = 0;
    for (end = begin; end < marks.size(); ++end) {
      bool follows = end == begin || lineColumn(file, marks[end].line.begin).line ==
                                         lineColumn(file, marks[end - 1].line.end).line + 1;
      if (!follows || lineColumn(file, marks[end].at).column != column)
        break;
      padded |= blanksBefore(file.text, marks[end].at) > least;
      width = std::max(width, marks[end].width);
    }
    for (size_t i = begin; i < end && padded; ++i)
      *marks[i].gap += width - marks[i].width;
  }
}

} // namespace

Formatter::Definition Formatter::define(SourceRange range, Layout name, const Attributes &attributes,
                                       const Expr &value) const {
  auto before = [&](const char *token, uint32_t at) { return static_cast<uint32_t>(source.rfind(token, at)); };
  Definition result{range, std::move(name), {}, &value};
  if (!attributes.tags.empty())
    result.cells[0] = {tags(attributes), before("@", attributes.tags.front().range.begin)};
  if (attributes.as)
    result.cells[1] = {asName(attributes), before("as", attributes.as->range.begin)};
  result.cells[2] = {"=", before("=", value.range.begin)};
  return result;
}

/// Null for a statement of another kind.
std::optional<Formatter::Definition> Formatter::definitionOf(const Stmt &stmt) {
  auto storage = [&](const char *keyword, const Storage &node) {
    Layout name = sequence({keyword + node.name.text, node.shape.empty() ? Layout() : shape(node.shape)});
    return define(stmt.range, std::move(name), node.attributes, *node.value);
  };
  switch (stmt.kind) {
  case Stmt::Kind::Let: {
    const Let &let = *as<Let>(&stmt);
    return define(stmt.range, "let " + let.name.text, let.attributes, *let.value);
  }
  case Stmt::Kind::Var: return define(stmt.range, "var " + as<Var>(&stmt)->name.text, {}, *as<Var>(&stmt)->value);
  case Stmt::Kind::Param: return storage("param ", *as<Param>(&stmt));
  case Stmt::Kind::State: return storage("state ", *as<State>(&stmt));
  case Stmt::Kind::Next: return define(stmt.range, "next " + as<Next>(&stmt)->name.text, {}, *as<Next>(&stmt)->value);
  case Stmt::Kind::Assign: {
    const Assign &assign = *as<Assign>(&stmt);
    Attributes selector;
    if (assign.selector)
      selector.tags.push_back(*assign.selector);
    return define(stmt.range, assign.name.text, selector, *assign.value);
  }
  default: return std::nullopt;
  }
}

/// Null for one with lists, which may take several lines, or without a value.
std::optional<Formatter::Definition> Formatter::definitionOf(const Decl &decl) {
  if (decl.body.kind != Body::Value || decl.configuration || decl.value || decl.result)
    return std::nullopt;
  return define(decl.range, std::string(name(decl.role)) + " " + decl.name.text, {}, *decl.body.value);
}

/// Sets `gaps`. Cells from left to right, since each moves the next.
void Formatter::alignDefinitions(const std::vector<Definition> &definitions) {
  for (size_t cell = 0; cell < cellCount; ++cell) {
    std::vector<Mark> marks;
    for (const Definition &one : definitions) {
      if (one.cells[cell].text.empty() || comments.anyIn(one.range.begin, one.value->range.begin))
        continue;
      Gaps &found = gaps[one.value];
      int width = widthOf(render(one.name));
      for (size_t i = 0; i < cell; ++i)
        if (!one.cells[i].text.empty())
          width += 1 + found[i] + widthOf(one.cells[i].text);
      marks.push_back({one.range, one.cells[cell].at, width, &found[cell]});
    }
    align(marks, 1);
  }
}

void Formatter::alignComments(const std::vector<Trailing> &trailing, std::vector<Layout> &lines) const {
  constexpr int least = 2;
  std::vector<int> extra(trailing.size());
  std::vector<Mark> marks;
  for (size_t i = 0; i < trailing.size(); ++i)
    marks.push_back({trailing[i].item, trailing[i].begin, trailing[i].width, &extra[i]});
  align(marks, least);
  for (size_t i = 0; i < trailing.size(); ++i)
    lines[trailing[i].gap] = std::string(static_cast<size_t>(least + extra[i]), ' ');
}

} // namespace flex::ast
