/// What the language offers without a declaration: a table of names, their arguments, and what they do.
#pragma once

#include "flex/Elaborate/Evaluator.h"

#include <string>
#include <vector>

namespace flex::elab {

struct BuiltinPort {
  std::string name;
  Takes takes = Takes::Any;
  bool optional = false;
};

struct Builtin {
  std::string name;
  std::vector<BuiltinPort> ports;
  Value (*run)(Evaluator &, const BuiltinCall &);
};

/// The groups of the table, one file each.
const std::vector<Builtin> &mathBuiltins();      ///< pointwise, shapes
const std::vector<Builtin> &reductionBuiltins(); ///< sums, means, counts, draws
const std::vector<Builtin> &spaceBuiltins();     ///< positions, correlation, masks, instances
const std::vector<Builtin> &bandBuiltins();      ///< bounds on frequencies
const std::vector<Builtin> &dataBuiltins();      ///< data sets, augmentation
const std::vector<Builtin> &sequenceBuiltins();  ///< sets of sequences
const std::vector<Builtin> &runBuiltins();       ///< what is kept, standstills, tests
/// Whether a name that is unknown now is one that later versions will have.
bool isLater(const std::string &name);

/// Enters all of them, and the constants (`pi`, `samples`, ...).
void declareBuiltins(Scope &scope);

} // namespace flex::elab
