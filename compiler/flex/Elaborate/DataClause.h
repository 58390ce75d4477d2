/// What the built-ins that name data sets share: the clause for the runtime, and the type that they give.
#pragma once

#include "flex/Elaborate/Builtins.h"

namespace flex::elab {

/// {name: ..., key: value, ...} with those arguments that were given; ports whose key is "" are left out.
std::string clause(Evaluator &e, const std::string &name, const std::vector<std::string> &keys, const BuiltinCall &call);

/// The list at `port`, if it was given, holds augmentations only.
void checkAugmentations(Evaluator &e, const BuiltinCall &call, size_t port);

/// The name of the points of data of that rank.
std::string spaceOf(int rank);

/// A set of `channels` on a grid. `target` is the type of its targets, called `name`.
Value dataSet(Evaluator &e, std::string yaml, int64_t channels, int rank, const std::string &name, Type target,
              int64_t classes, SourceRange range);

/// A class or a number for each sample.
inline const Type perSample{{}, true, ""};

/// A positive count among the arguments.
int64_t positive(Evaluator &e, const BuiltinCall &call, size_t port, const std::string &what);

} // namespace flex::elab
