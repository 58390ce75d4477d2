// An example of a plugin: a pass that says how many sines and exponentials a program evaluates per point, before and
// after differentiation. It reads the flex dialect like any pass of the compiler's own.
#include "flex/Dialect/Flex.h"
#include "flex/Plugin/Plugin.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {

struct CountSines : PassWrapper<CountSines, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CountSines)

  StringRef getArgument() const final { return "count-sines"; }
  StringRef getDescription() const final { return "remarks how many sines and exponentials each network evaluates"; }

  void runOnOperation() override {
    getOperation().walk([](flex::NetworkOp network) {
      int64_t sines = 0, exponentials = 0;
      network.walk([&](Operation *op) {
        if (auto unary = dyn_cast<flex::SinOp>(op))
          sines += flex::fieldType(unary).getNumChannels();
        if (auto unary = dyn_cast<flex::ExpOp>(op))
          exponentials += flex::fieldType(unary).getNumChannels();
      });
      network.emitWarning() << "'" << network.getSymName() << "' evaluates " << sines << " sines and " << exponentials
                            << " exponentials per point";
    });
    markAllAnalysesPreserved();
  }
};

flex::PluginInfo info() {
  return {"count-sines", "1.0", /*registerDialects=*/nullptr,
          [](flex::ExtensionPoint point, OpPassManager &pipeline) {
            if (point == flex::ExtensionPoint::BeforeDifferentiation || point == flex::ExtensionPoint::BeforeFusion)
              pipeline.addPass(std::make_unique<CountSines>());
          }};
}

} // namespace

FLEX_PLUGIN(info);

// MLIR's own entry point: names the pass for --pass-pipeline.
extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "count-sines", "1.0", [] { PassRegistration<CountSines>(); }};
}
