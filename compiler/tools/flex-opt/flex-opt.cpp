// Runs flex passes, and those of plugins (--plugin=FILE.so), on IR text.
#include "flex/Pipeline/Pipeline.h"
#include "flex/Plugin/Plugin.h"
#include "flex/Target/Target.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

#include <cstring>

/// Loads the plugins named in the arguments and takes them out: MLIR makes flags of the registered passes before it
/// parses the rest. False, with the reason on standard error, if one is refused.
static bool loadPlugins(int &argc, char **argv, mlir::DialectRegistry &registry) {
  const size_t prefix = std::strlen("--plugin=");
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--plugin=", prefix) != 0) {
      argv[kept++] = argv[i];
      continue;
    }
    llvm::Expected<flex::LoadedPlugin> plugin = flex::loadPlugin(argv[i] + prefix);
    if (!plugin) {
      llvm::errs() << "flex-opt: error: " << llvm::toString(plugin.takeError()) << "\n";
      return false;
    }
    if (plugin->info.registerDialects)
      plugin->info.registerDialects(registry);
  }
  argv[argc = kept] = nullptr;
  return true;
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  flex::registerTargetDialects(registry);
  flex::registerPasses();
  if (!loadPlugins(argc, argv, registry))
    return 1;
  return mlir::failed(mlir::MlirOptMain(argc, argv, "flex-opt: flex passes on IR text\n", registry));
}
