// A library with a plugin's note, of the given versions, and nothing else. If its code ran, the compiler would end.
#include <cstdint>
#include <cstdlib>

struct Note {
  uint32_t nameSize, descriptionSize, type;
  char name[8];
  uint32_t abi, llvm[3];
};
__attribute__((section(".note.flex"), used, retain)) static const Note note = {
    8, 16, 1, "FlexPlg", ABI, {LLVM, 1, LLVM == 18 ? 8 : 7}};

#if LLVM != 19 || ABI != 1
__attribute__((constructor)) static void run() { std::_Exit(0); }
#endif
