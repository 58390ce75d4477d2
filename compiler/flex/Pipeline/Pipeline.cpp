// The pipelines. Algebra stands before differentiation, so that gradients come out cheap; fusion after it.
#include "flex/Pipeline/Pipeline.h"

#include "flex/Conversion/Passes.h"
#include "flex/Transforms/Passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace flex {

static void extend(ExtensionPoint point, OpPassManager &pipeline, const NetworkPipelineOptions &options) {
  for (const LoadedPlugin &plugin : options.plugins)
    if (plugin.info.addPasses)
      plugin.info.addPasses(point, pipeline);
}

void buildNetworkPipeline(OpPassManager &pipeline, const NetworkPipelineOptions &options) {
  extend(ExtensionPoint::Generated, pipeline, options);
  pipeline.addPass(createCSEPass());
  pipeline.addPass(createReportBands());
  pipeline.addPass(createDeriveBands());
  pipeline.addPass(createDeriveExtents());
  pipeline.addPass(createSplitSizes());
  if (options.reportsOnly)
    pipeline.addPass(createKeepReports());
  pipeline.addPass(createSimplify());
  pipeline.addPass(createCSEPass());
  extend(ExtensionPoint::BeforeDifferentiation, pipeline, options);
  pipeline.addPass(createBuildTrainingStep({options.inputGradient}));
  pipeline.addPass(createCanonicalizerPass());
  pipeline.addPass(createCSEPass());
}

void buildEmissionPipeline(OpPassManager &pipeline, const NetworkPipelineOptions &options) {
  extend(ExtensionPoint::BeforeFusion, pipeline, options);
  pipeline.addPass(createFindMoments());
  pipeline.addPass(createPairGradients());
  pipeline.addPass(createFusePoints());
  pipeline.addPass(createFuseChannels());
  pipeline.addPass(createAssignLayouts());
  pipeline.addPass(createFindRowSources());
  extend(ExtensionPoint::BeforeEmission, pipeline, options);
  pipeline.addPass(createEmitPoints({options.vectorBits}));
  pipeline.addPass(createEmitNetworks({options.vectorBits}));
}

namespace {

struct NetworkFlags : PassPipelineOptions<NetworkFlags> {
  Option<bool> inputGradient{*this, "input-gradient", llvm::cl::init(NetworkPipelineOptions().inputGradient),
                             llvm::cl::desc("also yields the gradient of the input, as 'input_gradient'")};
};
struct EmissionFlags : PassPipelineOptions<EmissionFlags> {
  Option<int64_t> vectorBits{*this, "vector-bits", llvm::cl::init(NetworkPipelineOptions().vectorBits),
                             llvm::cl::desc("width of a vector register")};
};

} // namespace

void registerPasses() {
  registerFlexTransformsPasses();
  registerFlexConversionPasses();
  registerTransformsPasses();
  static PassPipelineRegistration<NetworkFlags> network(
      "flex-network-pipeline", "algebra, extents and the training step",
      [](OpPassManager &pipeline, const NetworkFlags &flags) {
        NetworkPipelineOptions options;
        options.inputGradient = flags.inputGradient;
        buildNetworkPipeline(pipeline, options);
      });
  static PassPipelineRegistration<EmissionFlags> emission(
      "flex-emission-pipeline", "fusion, layouts, loops and entry points",
      [](OpPassManager &pipeline, const EmissionFlags &flags) {
        NetworkPipelineOptions options;
        options.vectorBits = flags.vectorBits;
        buildEmissionPipeline(pipeline, options);
      });
}

} // namespace flex
