// One op for the two gradients of a convolution. Does not look for pairs across networks, nor reorder anything else.
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/Dominance.h"

namespace flex {
#define GEN_PASS_DEF_PAIRGRADIENTS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

struct PairGradients : flex::impl::PairGradientsBase<PairGradients> {
  void runOnOperation() override {
    for (auto network : getOperation().getOps<NetworkOp>()) {
      auto kernels = llvm::to_vector(network.getEntry().getOps<CorrelateKernelGradOp>());
      for (CorrelateKernelGradOp kernel : kernels)
        if (CorrelateInputGradOp input = partner(kernel))
          join(kernel, input);
    }
  }

private:
  /// The input's gradient of the same convolution: of the same result's gradient, over the same grid of taps.
  static CorrelateInputGradOp partner(CorrelateKernelGradOp kernel) {
    for (Operation *user : kernel.getGradient().getUsers())
      if (auto input = dyn_cast<CorrelateInputGradOp>(user))
        if (input.getGradient() == kernel.getGradient() && input.getCausal() == kernel.getCausal() &&
            input.getTaps().getType() == kernel.getType() && input.getType() == kernel.getInput().getType())
          return input;
    return {};
  }

  static void join(CorrelateKernelGradOp kernel, CorrelateInputGradOp input) {
    Operation *first = kernel->isBeforeInBlock(input) ? kernel.getOperation() : input.getOperation();
    DominanceInfo dominance;
    if (!dominance.dominates(input.getTaps(), first) || !dominance.dominates(kernel.getInput(), first))
      return;
    auto both = OpBuilder(first).create<CorrelateGradsOp>(kernel.getLoc(), TypeRange{input.getType(), kernel.getType()},
                                                          kernel.getGradient(), input.getTaps(), kernel.getInput(),
                                                          kernel.getCausalAttr());
    input.replaceAllUsesWith(both.getInputGradient());
    kernel.replaceAllUsesWith(both.getTapsGradient());
    input.erase();
    kernel.erase();
  }
};

} // namespace
