/// Names in every declaration of every file, whether an experiment uses it or not: unknown ones, duplicates, arguments
/// that do not exist, statements that a role does not have, `let`s and parameters that nothing reads. What depends on
/// values (shapes, paths, stages) is elaboration's.
#pragma once

#include "flex/Elaborate/Modules.h"

namespace flex::sema {

/// False if there was an error.
bool checkNames(elab::Modules &modules, Diagnostics &diagnostics);

} // namespace flex::sema
