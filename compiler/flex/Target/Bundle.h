/// Copies of shared libraries, so that a program can be moved to another machine.
#pragma once

#include "flex/Target/Target.h"

namespace flex {

struct Bundle {
  std::vector<std::string> libraries; ///< paths of the copies, the first that of the library itself
};

/// Copies `library` and all it needs, found as the dynamic linker would, into `folder`. Left out are the libraries that
/// belong to the C and C++ implementation: a program must use those of the machine it runs on.
llvm::Expected<Bundle> copyLibraries(const std::string &library, const std::string &folder);

} // namespace flex
