// Moves what the host decides before an entry point runs into functions of its own: the sizes of all grids of taps
// (role "sizes"), and for each grid the taps that its `correlate` gets (role "sample_kernel", for reports). Both see
// parameters and settings, the taps also states, and nothing else. Changes nothing in the other functions but that their crops go.
#include "flex/Transforms/Passes.h"
#include "flex/Transforms/Slices.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

namespace flex {
#define GEN_PASS_DEF_SPLITSIZES
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

/// Whether an op's results are single values that do not hang on samples or on sizes that are not known yet.
bool isHostArithmetic(Operation *op) {
  return isPure(op) && !isa<CountOp, NyquistOp>(op) && op->getNumRegions() == 0 &&
         llvm::all_of(op->getResultTypes(), [](Type type) {
           auto field = dyn_cast<FieldType>(type);
           return field && field.isUniform();
         });
}

/// Collects the crops of all functions into @sizes.
LogicalResult gatherCrops(ArrayRef<CropOp> crops, ModuleOp module) {
  Gatherer sizes(module, "sizes", "sizes");
  DenseMap<StringAttr, std::pair<CropOp, CropOp>> decided; // by space: the crop here, and the one that it was made from
  for (CropOp crop : crops) {
    Slice slice(crop.getBox());
    if (Obstacle obstacle = findObstacle(slice, {"parameter", "setting"}, isHostArithmetic)) {
      InFlightDiagnostic error = emitError(obstacle.op ? obstacle.op->getLoc() : obstacle.argument.getLoc());
      error << "the size of " << crop.getSpaceAttr() << " must follow from parameters and settings alone, not from '";
      if (obstacle.op)
        error << obstacle.op->getName();
      else
        error << bindingOf(obstacle.argument);
      error << "'";
      error.attachNote(crop.getLoc()) << "the size is decided here";
      return failure();
    }
    IRMapping mapping;
    sizes.add(slice, mapping);
    auto clone = cast<CropOp>(sizes.getBuilder().clone(*crop, mapping));
    auto [entry, isNew] = decided.try_emplace(crop.getSpaceAttr().getAttr(), clone, crop);
    if (isNew)
      continue;
    auto [known, source] = entry->second;
    if (!OperationEquivalence::isEquivalentTo(known, clone, OperationEquivalence::IgnoreLocations)) {
      InFlightDiagnostic error = crop.emitError("two functions decide the size of ")
                                 << crop.getSpaceAttr() << " in different ways";
      error.attachNote(source.getLoc()) << "the other one";
      return failure();
    }
    clone.erase();
  }
  sizes.finish({}, "");
  return success();
}

/// A function for every grid of taps whose values hang on nothing but parameters, states and settings.
void makeSampleKernels(ModuleOp module) {
  unsigned index = 0;
  for (auto space : llvm::make_early_inc_range(module.getOps<SpaceOp>())) {
    if (!space.getTaps())
      continue;
    unsigned layer = index++;
    CorrelateOp correlate = findCorrelateOver(module, space.getSymNameAttr());
    if (!correlate)
      continue;
    Slice slice(correlate.getTaps());
    if (findObstacle(slice, {"parameter", "setting", "state"}, isWithoutSamples))
      continue;
    Gatherer sample(module, "sample_kernel", ("sample_kernel." + Twine(layer)).str());
    IRMapping mapping;
    sample.add(slice, mapping);
    sample.finish(mapping.lookup(correlate.getTaps()), "output");
  }
}

struct SplitSizes : flex::impl::SplitSizesBase<SplitSizes> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<CropOp> crops;
    module.walk([&](CropOp crop) { crops.push_back(crop); });
    if (!crops.empty() && failed(gatherCrops(crops, module)))
      return signalPassFailure();
    DenseSet<Operation *> cropped;
    for (CropOp crop : crops) {
      cropped.insert(crop->getParentOp());
      crop.erase();
    }
    makeSampleKernels(module);
    IRRewriter rewriter(&getContext());
    for (Operation *network : cropped)
      (void)runRegionDCE(rewriter, network->getRegions());
  }
};

} // namespace
