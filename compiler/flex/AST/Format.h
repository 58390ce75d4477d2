/// Canonical layout: `flexc fmt`.
#pragma once

#include "flex/AST/AST.h"

#include <string>

namespace flex::ast {

/// The file's text in canonical layout: two blanks of indentation, lines of at most 120 columns where lists can be
/// broken, single blank lines kept, every comment kept. Idempotent; the result parses to the same tree.
std::string format(const File &file);

} // namespace flex::ast
