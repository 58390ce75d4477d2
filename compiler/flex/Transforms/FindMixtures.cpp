// Kernels whose taps are mixtures: what a kernel network ends with is a linear layer of few inputs and many outputs. Looked for is
// a convolution with a reshaped `linear` with bias and scale that nothing else reads; a regulariser of the taps' norm does, for one.
//
// What it does not do: decide where taps are mixed, and of what, which the run does with the sizes at hand.
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

namespace flex {
#define GEN_PASS_DEF_FINDMIXTURES
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

struct FindMixtures : flex::impl::FindMixturesBase<FindMixtures> {
  void runOnOperation() override {
    for (auto network : getOperation().getOps<NetworkOp>())
      for (CorrelateOp correlate : llvm::to_vector(network.getEntry().getOps<CorrelateOp>()))
        if (LinearOp mixture = mixtureOf(correlate))
          rewrite(correlate, mixture);
  }

private:
  static LinearOp mixtureOf(CorrelateOp correlate) {
    auto reshape = correlate.getTaps().getDefiningOp<ReshapeOp>();
    if (!reshape || !reshape->hasOneUse())
      return {};
    auto linear = reshape.getOperand().getDefiningOp<LinearOp>();
    if (!linear || !linear->hasOneUse() || !linear.getBias() || !linear.getScale())
      return {};
    return fieldType(linear.getResult()).getRank() == 1 ? linear : LinearOp();
  }

  static void rewrite(CorrelateOp correlate, LinearOp mixture) {
    auto reshape = correlate.getTaps().getDefiningOp<ReshapeOp>();
    auto mixed = OpBuilder(correlate).create<CorrelateMixtureOp>(
        correlate.getLoc(), TypeRange{correlate.getType()},
        ValueRange{correlate.getInput(), mixture.getWeight(), mixture.getInput(), mixture.getBias(), mixture.getScale()},
        correlate->getAttrs());
    correlate.replaceAllUsesWith(mixed.getOutput());
    correlate.erase();
    reshape.erase();
    mixture.erase();
  }
};

} // namespace
