// The cost of the dialect's own ops. One row per kind; the polynomials' lengths are those of `flex-expand-math`, roughly.
#include "flex/Analysis/Cost.h"

#include "flex/Dialect/Flex.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace flex;

/// Channels of the widest value that the op touches: a sum over channels costs one addition for each that it reads.
static int64_t widestChannels(Operation *op) {
  int64_t widest = 1;
  auto look = [&](Type type) {
    if (auto field = dyn_cast<FieldType>(type))
      widest = std::max(widest, field.getNumChannels());
  };
  llvm::for_each(op->getOperandTypes(), look);
  llvm::for_each(op->getResultTypes(), look);
  return widest;
}

static int64_t matrixFlops(Value matrix) { return 2 * fieldType(matrix).getNumChannels(); }

int64_t flex::flopsPerPoint(Operation *op) {
  if (auto known = dyn_cast<CostOpInterface>(op))
    return known.getFlopsPerPoint();
  int64_t channels = widestChannels(op);
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case<ConstantOp, PositionsOp, ReshapeOp, ExtractOp, StackOp, BroadcastOp, DetachOp, LastOp, PlaceLastOp>(
          [](auto) { return 0; })
      .Case<LinearOp>([](LinearOp linear) { return matrixFlops(linear.getWeight()); })
      .Case<LinearTransposedOp>([](LinearTransposedOp linear) { return matrixFlops(linear.getWeight()); })
      .Case<OuterOp>([](OuterOp outer) { return matrixFlops(outer.getResult()); })
      .Case<DivOp, SqrtOp>([&](auto) { return 5 * channels; })
      .Case<ExpOp, LogOp, SinOp, CosOp, TanhOp>([&](auto) { return 16 * channels; })
      .Case<PowOp>([&](auto) { return 32 * channels; })
      .Case<BernoulliOp>([&](auto) { return 28 * channels; })
      .Default([&](Operation *) { return channels; });
}
