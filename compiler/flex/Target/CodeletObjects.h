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

/// The object file of one codelet: out of the cache, or emitted, generated and put there. A codelet is known by its key,
/// the target, and the sources of what makes it, so that nothing has to be emitted to find it.
llvm::Expected<std::string> codeletObject(const CodeletKey &codelet, const TargetOptions &target,
                                          const ObjectCache &cache);

} // namespace flex
