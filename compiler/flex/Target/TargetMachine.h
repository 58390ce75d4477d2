/// LLVM's view of the target. Internal to Target.
#pragma once

#include "flex/Target/Target.h"

#include "llvm/Target/TargetMachine.h"

namespace flex {

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const TargetOptions &options);

/// Whether instructions may be moved to where LLVM expects them to run best, or are to stay as the IR has them.
enum class CodeOrder { Scheduled, AsWritten };
/// An object file's bytes. The module is used up.
llvm::Expected<std::string> generateCode(llvm::Module &module, llvm::TargetMachine &machine, CodeOrder order);

/// Whether the machine's code may use a feature, by LLVM's name.
bool hasFeature(const llvm::TargetMachine &machine, llvm::StringRef feature);

} // namespace flex
