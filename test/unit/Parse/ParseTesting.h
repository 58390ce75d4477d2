/// What the parser's tests share.
#pragma once

#include "flex/AST/Dump.h"
#include "flex/AST/Format.h"
#include "flex/Parse/Parse.h"

#include <gtest/gtest.h>

namespace flex {

/// A text and what the parser made of it.
struct Parsed {
  Sources sources;
  const SourceFile *source;
  Diagnostics diagnostics;
  std::unique_ptr<ast::File> file;

  explicit Parsed(std::string text) : source(sources.add("test.flex", std::move(text))), file(parse(*source, diagnostics)) {}

  std::string textOf(SourceRange range) const { return source->text.substr(range.begin, range.end - range.begin); }
  /// The message of the only error.
  std::string error() const {
    EXPECT_EQ(diagnostics.errorCount(), 1u) << diagnostics.text();
    return diagnostics.all().empty() ? "" : diagnostics.all().front().message;
  }
  /// The value of `= value` of the first declaration.
  const ast::Expr &value() const { return *file->decls.at(0)->body.value; }
};

inline std::string repeat(const std::string &text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i)
    result += text;
  return result;
}

} // namespace flex
