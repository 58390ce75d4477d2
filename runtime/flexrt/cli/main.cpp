/// main() of every compiled network: flexc links this object, the network's object and libflexrt.so.
#include "flexrt/cli/Main.h"

// The variable cannot be called like its type in C++; only the symbol is.
extern "C" const flexrt_program compiledProgram __asm__("flexrt_program");

int main(int argc, char **argv) { return flexrt_main(argc, argv, &compiledProgram); }
