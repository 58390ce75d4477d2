/// The descriptor of a compiled network, checked before anything in it is used.
#pragma once

#include "flexrt/abi/flexrt.h"

#include <set>
#include <string>

namespace flexrt {

/// Features of this CPU as /proc/cpuinfo names them.
std::set<std::string> cpuFeatures();

/// Throws Error unless this runtime understands `program` and a CPU with `features` can run it: another magic number,
/// another ABI version (both numbers), missing features (by name), tables that contradict themselves.
void verifyProgram(const flexrt_program &program, const std::set<std::string> &features);

/// The experiment called `name`; empty: "main", or the only one there is. Throws Error with a suggestion.
const flexrt_network &findExperiment(const flexrt_program &program, const std::string &name);

} // namespace flexrt
