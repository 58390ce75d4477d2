/// The tree as indented text, one node a line: `flexc emit --stage=ast`, and tests that compare trees.
#pragma once

#include "flex/AST/AST.h"

#include <string>

namespace flex::ast {

/// Without places, comments and redundant parentheses: equal text is equal meaning.
std::string dump(const File &file);
std::string dump(const Expr &expr);

} // namespace flex::ast
