/// The order of the passes, from a generated module to functions over an arena.
#pragma once

#include "flex/Plugin/Plugin.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ArrayRef.h"

namespace flex {

struct NetworkPipelineOptions {
  int64_t vectorBits = 512;             ///< width of a vector register of the target
  bool inputGradient = false;           ///< the training step also gives the gradient of its input
  bool reportsOnly = false;             ///< functions that only training and inference need are left out
  llvm::ArrayRef<LoadedPlugin> plugins; ///< asked at every extension point, in this order
};

/// Meaning: algebra, extents, the training step. Fields in, fields out.
void buildNetworkPipeline(mlir::OpPassManager &pipeline, const NetworkPipelineOptions &options);
/// Fusion and layouts; then loops over lanes and entry points.
void buildEmissionPipeline(mlir::OpPassManager &pipeline, const NetworkPipelineOptions &options);

/// Registers every pass of Flex's and MLIR's general ones, and the two pipelines as `flex-network-pipeline` and
/// `flex-emission-pipeline`, with the options `vector-bits` and `input-gradient`: what textual pipelines and flex-opt's
/// flags name. Further calls change nothing.
void registerPasses();

} // namespace flex
