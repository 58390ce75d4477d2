/// LLVM's view of the target. Internal to Target.
#pragma once

#include "flex/Target/Target.h"

#include "llvm/Target/TargetMachine.h"

namespace flex {

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetOptions &options, llvm::CodeGenOptLevel effort = llvm::CodeGenOptLevel::Aggressive);

/// Whether instructions may be moved to where LLVM expects them to run best, or are to stay as the IR has them.
enum class CodeOrder { Scheduled, AsWritten };
/// An object file's bytes. The module is used up.
llvm::Expected<std::string> generateCode(llvm::Module &module, llvm::TargetMachine &machine, CodeOrder order);

/// Tells a module that is fresh from MLIR what it is compiled for.
void prepareModule(llvm::Module &module, const llvm::TargetMachine &machine);

/// Functions of the runtime and the C library that code may call.
bool isImport(llvm::StringRef symbol);

/// Whether the machine's code may use a feature, by LLVM's name.
bool hasFeature(const llvm::TargetMachine &machine, llvm::StringRef feature);

} // namespace flex
