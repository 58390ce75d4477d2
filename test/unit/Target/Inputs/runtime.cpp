// A runtime that only says what it was started with.
#include "flexrt/cli/Main.h"

#include <cstdio>

extern "C" const char *helperGreeting();

int flexrt_main(int argc, char **argv, const flexrt_program *program) {
  std::printf("%s: %s of %d, %d arguments\n", helperGreeting(), program->networks[0]->name, program->network_count,
              argc - 1);
  return program->version;
}
