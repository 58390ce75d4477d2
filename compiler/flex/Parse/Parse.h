/// Source text to syntax tree. The only part of the compiler that knows ANTLR, and only in its .cpp files.
#pragma once

#include "flex/AST/AST.h"
#include "flex/Support/Diagnostics.h"

#include <memory>

namespace flex {

/// The file's tree, or null after at least one error in `diagnostics`. Any bytes are accepted as input: what is not Flex
/// is a diagnostic. The tree points into `source`, which must outlive it.
std::unique_ptr<ast::File> parse(const SourceFile &source, Diagnostics &diagnostics);

/// One expression, alone in `range` of its file: values of `-D name=value`, expressions in the strings of `as` (those the
/// tree holds already, `ast::Template`). Null after an error; errors point into the file.
ast::ExprPtr parseExpression(SourceRange range, Diagnostics &diagnostics);

} // namespace flex
