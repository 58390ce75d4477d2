/// Shared by Format.cpp (declarations, statements), FormatColumns.cpp (what stands in columns) and FormatExpr.cpp
/// (expressions, types); not for others.
#pragma once

#include "flex/AST/AST.h"
#include "flex/AST/Layout.h"

#include <array>
#include <functional>
#include <map>
#include <optional>

namespace flex::ast {

/// The comments of a file, each to be printed once.
class CommentTable {
public:
  explicit CommentTable(const File &file) : file(file), used(file.comments.size()) {}

  /// Those that begin in [begin, end) and were not taken yet.
  std::vector<SourceRange> take(uint32_t begin, uint32_t end);
  /// One that follows on the same line, with nothing but blanks and commas before it; null range if there is none.
  SourceRange takeTrailing(uint32_t after);
  bool anyIn(uint32_t begin, uint32_t end) const;
  /// The first `c` from there on that is not in a comment.
  uint32_t find(char c, uint32_t from) const;

private:
  size_t firstFrom(uint32_t begin) const;

  const File &file;
  std::vector<bool> used;
};

class Formatter {
public:
  explicit Formatter(const File &file) : tree(file), source(file.source->text), comments(file) {}
  Layout file();

private:
  /// Something on lines of its own: a statement, a declaration.
  struct Item {
    SourceRange range;
    std::function<Layout()> build;
  };
  struct Entry {
    SourceRange range;
    Layout layout;
  };
  /// What may stand under its like in the line above: tags, `as "..."` and '='.
  struct Cell {
    std::string text; ///< "" where there is none
    uint32_t at = 0;  ///< in the source
  };
  static constexpr size_t cellCount = 3;
  using Gaps = std::array<int, cellCount>; ///< blanks before cells, beside the one that always stands there
  /// `name @tags as "..." = value`
  struct Definition {
    SourceRange range;
    Layout name;
    std::array<Cell, cellCount> cells;
    const Expr *value;
  };
  /// A comment at the end of the single line of an item.
  struct Trailing {
    SourceRange item;
    uint32_t begin; ///< in the source
    size_t gap;     ///< which of the layouts are the blanks before it
    int width;      ///< of the item
  };

  // Format.cpp
  Layout items(const std::vector<Item> &items, uint32_t begin, uint32_t end, bool firstOnNewLine);
  Layout block(const std::vector<StmtPtr> &statements, uint32_t open, uint32_t close);
  Layout statement(const Stmt &stmt);
  Layout ifStatement(const If &stmt);
  Layout decl(const Decl &decl);
  Layout ports(const PortList &list);
  Layout definition(const Definition &definition);
  /// What follows '=', on the next line if that is better.
  Layout assigned(const Expr &value);
  bool blankLine(uint32_t begin, uint32_t end) const;
  Layout commentAt(SourceRange range) const;

  // FormatColumns.cpp
  std::optional<Definition> definitionOf(const Stmt &stmt);
  std::optional<Definition> definitionOf(const Decl &decl);
  Definition define(SourceRange range, Layout name, const Attributes &attributes, const Expr &value) const;
  void alignDefinitions(const std::vector<Definition> &definitions);
  void alignComments(const std::vector<Trailing> &trailing, std::vector<Layout> &lines) const;
  template <typename Nodes> void alignDefinitionsIn(const Nodes &nodes) {
    std::vector<Definition> definitions;
    for (const auto &node : nodes)
      if (std::optional<Definition> one = definitionOf(*node))
        definitions.push_back(std::move(*one));
    alignDefinitions(definitions);
  }

  // FormatExpr.cpp
  Layout expr(const Expr &expr);
  Layout bare(const Expr &expr);
  Layout binary(const Binary &binary);
  enum class StageBreak { Never, IfLong, Always };
  Layout stage(const Pipe &pipe, uint32_t at, StageBreak before);
  Layout pipe(const Pipe &pipe);
  Layout call(const Call &call);
  Layout each(const Each &each);
  Layout ifExpr(const IfExpr &choice);
  Layout index(const Index &index);
  Layout type(const TypeExpr &type);
  Layout parameter(const TypeExpr &type, bool alone);
  Layout shape(const std::vector<ExprPtr> &sizes);
  static std::string tags(const Attributes &attributes);
  std::string asName(const Attributes &attributes) const;
  std::string attributes(const Attributes &attributes) const;
  /// In brackets, as many as fit on each line; one a line where there are comments between `begin` and `end`.
  Layout list(const char *open, const std::vector<Entry> &entries, const char *close, uint32_t begin, uint32_t end);
  Layout commentedEntries(const std::vector<Entry> &entries, uint32_t begin, uint32_t end);
  std::string textOf(SourceRange range) const { return source.substr(range.begin, range.end - range.begin); }

  const File &tree;
  const std::string &source;
  CommentTable comments;
  std::map<const Expr *, Gaps> gaps; ///< of definitions in columns, by value
  int depth = 0;                     ///< of the block that is being formatted
};

} // namespace flex::ast
