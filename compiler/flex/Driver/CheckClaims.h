/// The part of `flexc check` that runs code: what masks and kernels state about themselves.
#pragma once

#include "flex/Driver/Compilation.h"

namespace flex {

/// Tries every `extent box` and `band` of the experiments of `file`, which `checked` has elaborated, with the parameters as they
/// are initialised; what is wrong becomes an error there, with its place. Does nothing where nothing is stated.
void checkClaims(const std::string &file, CompilationOptions options, Compilation &checked);

} // namespace flex
