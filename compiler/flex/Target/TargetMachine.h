/// LLVM's view of the target. Internal to Target.
#pragma once

#include "flex/Target/Target.h"

#include "llvm/Target/TargetMachine.h"

namespace flex {

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const TargetOptions &options);

/// Whether the machine's code may use a feature, by LLVM's name.
bool hasFeature(const llvm::TargetMachine &machine, llvm::StringRef feature);

} // namespace flex
