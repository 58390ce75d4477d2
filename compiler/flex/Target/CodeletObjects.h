/// Codelets from their keys to object files, apart from the program that uses them. Internal to Target.
///
/// Apart, because they are code-generated in another way (LLVM's schedulers would undo the order that they are emitted
/// in), because each is a function of its key alone and can be kept, and because they can be done side by side.
#pragma once

#include "flex/Conversion/Codelets.h"
#include "flex/Target/ObjectCache.h"
#include "flex/Target/TargetMachine.h"

namespace flex {

/// Emits and lowers codelets, on as many threads as there are processors.
llvm::Expected<std::vector<CodeletModule>> emitCodelets(llvm::ArrayRef<CodeletKey> keys, const TargetOptions &target);

/// The object file of one codelet: out of the cache, or generated and put there.
llvm::Expected<std::string> codeletObject(const CodeletModule &codelet, const TargetOptions &target,
                                          const ObjectCache &cache);

} // namespace flex
