/// The one function that a compiled network's main() calls.
#pragma once

#include "flexrt/abi/flexrt.h"

/// Runs the command line of `program` and returns the exit code (core/Error.h). Prints to stdout and stderr.
extern "C" __attribute__((visibility("default"))) int flexrt_main(int argc, char **argv, const flexrt_program *program);
