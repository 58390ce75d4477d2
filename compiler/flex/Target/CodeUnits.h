/// An experiment's emitted code cut into units, which are compiled one by one and kept (see UnitObjects.h). Internal to
/// Target.
///
/// A *kernel* is a function whose address is taken or that several others call, with the functions that it alone calls.
/// Its symbol says what is in it, so that kernels of equal code are one, whichever layers and experiments they serve,
/// and what refers to one changes when it does. The *entries* of an experiment, all of whose names start with the
/// experiment's, are one unit: they run once per step, keep state, and are what an edit of a model changes.
#pragma once

#include "flex/Analysis/CodeDigest.h"
#include "flex/Conversion/Codelets.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace flex {

struct CodeUnit {
  enum class Kind { Entries, Kernel };
  Kind kind;
  std::string symbol; ///< of the function that others refer to; the experiment's name for entries
  std::string digest; ///< of all that the unit's object depends on, but for the target
  std::vector<mlir::func::FuncOp> functions;
  std::shared_ptr<CodeDigest> names; ///< of symbols, between units

  /// The unit as a module of its own in MLIR's bytecode, so that any thread can go on with it in a context of its own.
  /// Functions that others refer to are public. "" if it cannot be written.
  std::string bytecode() const;
};

/// The units that can be reached from the entries, which come first even if there are none, and the codelets that they use. `experiment` is a
/// module after EmitNetworks; units refer to its ops.
struct CodeUnits {
  std::vector<CodeUnit> units;
  std::vector<CodeletKey> codelets;
};
llvm::Expected<CodeUnits> cutIntoUnits(mlir::ModuleOp experiment, llvm::StringRef name);

} // namespace flex
