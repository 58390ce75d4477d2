/// Shared by Format.cpp (declarations, statements) and FormatExpr.cpp (expressions, types); not for others.
#pragma once

#include "flex/AST/AST.h"
#include "flex/AST/Layout.h"

#include <functional>

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

  // Format.cpp
  Layout items(const std::vector<Item> &items, uint32_t begin, uint32_t end, bool firstOnNewLine);
  Layout block(const std::vector<StmtPtr> &statements, uint32_t open, uint32_t close);
  Layout statement(const Stmt &stmt);
  Layout ifStatement(const If &stmt);
  Layout storage(const char *keyword, const Storage &storage);
  Layout decl(const Decl &decl);
  Layout ports(const PortList &list);
  /// `head = value`, on the next line where it fits whole only there.
  Layout definition(std::vector<Layout> head, const Expr &value);
  bool blankLine(uint32_t begin, uint32_t end) const;
  Layout commentAt(SourceRange range) const;

  // FormatExpr.cpp
  Layout expr(const Expr &expr);
  Layout bare(const Expr &expr);
  Layout binary(const Binary &binary);
  Layout pipe(const Pipe &pipe);
  Layout call(const Call &call);
  Layout each(const Each &each);
  Layout ifExpr(const IfExpr &choice);
  Layout index(const Index &index);
  Layout type(const TypeExpr &type);
  Layout parameter(const TypeExpr &type, bool alone);
  Layout shape(const std::vector<ExprPtr> &sizes);
  std::string attributes(const Attributes &attributes) const;
  /// In brackets, as many as fit on each line; one a line where there are comments between `begin` and `end`.
  Layout list(const char *open, const std::vector<Entry> &entries, const char *close, uint32_t begin, uint32_t end);
  Layout commentedEntries(const std::vector<Entry> &entries, uint32_t begin, uint32_t end);
  std::string textOf(SourceRange range) const { return source.substr(range.begin, range.end - range.begin); }

  const File &tree;
  const std::string &source;
  CommentTable comments;
};

} // namespace flex::ast
