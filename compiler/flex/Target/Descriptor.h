/// The descriptor of runtime/flexrt/abi/flexrt.h as constants of an LLVM module.
#pragma once

#include "flex/Conversion/DescribeNetwork.h"
#include "flex/Target/TargetMachine.h"

namespace flex {

/// Adds `<name>.network`, of type flexrt_network, with the entry points that `module` declares.
llvm::GlobalVariable *addNetworkDescriptor(llvm::Module &module, const NetworkDescription &description);

/// Adds `flexrt_program`; `networks` are symbols of `module`.
void addProgramDescriptor(llvm::Module &module, llvm::ArrayRef<std::string> networks, const ProgramInfo &info,
                          const llvm::TargetMachine &machine);

} // namespace flex
