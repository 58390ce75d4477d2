/// Pass and op plugins: what a plugin's shared library exports, and how flexc and flex-opt load one.
///
/// A plugin is a shared library that is linked to libFlexCompiler.so and has one line `FLEX_PLUGIN(info)` in it, with
/// `info` a function that returns a `flex::PluginInfo`. MLIR's own `mlirGetPassPluginInfo` may stand beside it, for
/// passes that are only named in `--pass-pipeline`. See examples/plugins/.
#pragma once

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

/// Raised when PluginInfo, the extension points or the dialect change in a way that an old plugin would not survive. Tests of the
/// refusals set it, and FLEX_PLUGIN_LLVM_VERSION below, when they compile a plugin.
#ifndef FLEX_PLUGIN_ABI
#define FLEX_PLUGIN_ABI 1
#endif

namespace flex {

/// Where a plugin may put passes into the pipeline of every module.
enum class ExtensionPoint {
  Generated,             ///< the program as it was written, before any pass
  BeforeDifferentiation, ///< after algebra and extents; the last place where the loss is not differentiated
  BeforeFusion,          ///< the training step is built; nothing is fused
  BeforeEmission,        ///< regions and layouts are decided; no loops yet
};

struct PluginInfo {
  const char *name;
  const char *version;
  /// Registers dialects (ops with adjoints are first-class citizens); may be null.
  void (*registerDialects)(mlir::DialectRegistry &registry);
  /// Adds passes on builtin.module at `point`; may be null.
  void (*addPasses)(ExtensionPoint point, mlir::OpPassManager &pipeline);
};

/// The note in section .note.flex that is read before the library is opened.
struct PluginNote {
  uint32_t nameSize = 8, descriptionSize = 16, type = 1;
  char name[8] = "FlexPlg";
  uint32_t abi, llvmMajor, llvmMinor, llvmPatch;
};

/// A loaded plugin stays loaded.
struct LoadedPlugin {
  std::string path;
  PluginInfo info;
};

/// Reads the library's note and its needed libraries, opens it, and registers its passes and MLIR plugin entry points.
/// Refused, with both versions in the message: a missing file, one that is no shared library, one without the note or
/// entry symbol, one made for another LLVM or another Flex plugin ABI.
llvm::Expected<LoadedPlugin> loadPlugin(const std::string &path);

} // namespace flex

#ifndef FLEX_PLUGIN_LLVM_VERSION
#define FLEX_PLUGIN_LLVM_VERSION LLVM_VERSION_MAJOR, LLVM_VERSION_MINOR, LLVM_VERSION_PATCH
#endif

#define FLEX_PLUGIN(info)                                                                                              \
  extern "C" __attribute__((visibility("default"))) ::flex::PluginInfo flexGetPluginInfo() { return info(); }          \
  __attribute__((section(".note.flex"), used, retain)) static const ::flex::PluginNote flexPluginNote = {              \
      8, 16, 1, "FlexPlg", FLEX_PLUGIN_ABI, FLEX_PLUGIN_LLVM_VERSION}
