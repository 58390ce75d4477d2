// Gathers point-local ops into `flex.points` regions, one loop nest each, and decides what is stored between them.
//
// After the pass a network holds regions, the ops that are calls (correlate and its gradients, draw, crop, count, rate)
// and its yield; nothing else. The rules of a region, which the emitter may rely on:
//
//  1. It has one domain D: samples, a space, both, or neither ("uniform"). A `!flex.key` comes in as an operand, too.
//  2. Operands are fields whose domain is contained in D, with one exception: the operand of `last` has a space that D
//     lacks, and is used by `last` alone.
//  3. Every op of the body has a result over D, or over less than D; the latter only `constant`, `positions`, `reshape`,
//     `extract`, `stack` and `broadcast`: copies, no arithmetic. `place_last` has its operand over D less the space.
//     A sum over channel axes alone (neither `samples` nor `space`) is an ordinary op.
//  4. A result is one of
//       field      over exactly D;
//       reduction  of D to a uniform value: a `sum` over all of D and no channel axes, or an `outer`;
//       partial    `sum {space}` of D = samples x space to samples, or `sum {samples}` of it to the space, no channel
//                  axes. A region with a partial result has results of that kind only; with `sum {samples}`, no op that
//                  mixes channels.
//     A reduction or partial sum has no use but the yield; they stand in a row directly before it. No value is yielded
//     twice. In a uniform region `outer` is a reduction over the one point that there is.
//
// ReductionForms.cpp brings sums into this form first.
//
// What is stored: what a call, the network's yield or a region over another domain reads; reductions; and of the rest,
// in the program's order, a value over samples that several ops read and that would cost more to compute again than to
// load (see `worthStoring`). Everything else is computed again in every region that needs it: over taps (a space without
// samples) that means the whole kernel network, whose backward stores nothing of its forward. What turns out to be used
// in its own region only is not stored after all.
//
// Regions are filled in the program's order: a value joins the first region of its domain that comes after all that it
// waits for and, over samples, has an operand or value in common with it and runs over the same channels; else it begins
// one. Uniform values wait until they are wanted, and over taps and elements anything joins. So a region stands where its
// first value stood, and results do not depend on hash order.
//
// What it does not do: join regions that wait for each other's sums (FuseChannels.cpp), reorder calls, choose layouts,
// split regions by size.
#include "flex/Transforms/FusionPlan.h"
#include "flex/Transforms/Passes.h"
#include "flex/Transforms/ReductionForms.h"

#include "mlir/IR/IRMapping.h"

namespace flex {
#define GEN_PASS_DEF_FUSEPOINTS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

//===- Regions -----------------------------------------------------------------------------------------------------===//

/// Rebuilds a block as its plan says: in front of its end come the groups in order; what they replace is erased.
class RegionBuilder {
public:
  explicit RegionBuilder(Block &block) : block(block), plan(block) {
    for (Operation &op : block)
      position[&op] = position.size();
  }
  void run();

private:
  void buildRegion(const FusionPlan::Group &group);
  /// The group's ops in the program's order, reductions last.
  SmallVector<Operation *> sortedOps(const FusionPlan::Group &group) const;

  Block &block;
  FusionPlan plan;
  DenseMap<Operation *, size_t> position;
  IRMapping results; ///< stored values -> results of regions
};

void RegionBuilder::run() {
  Operation *end = block.getTerminator();
  SmallVector<Operation *> replaced;
  for (Operation &op : block)
    if (!isCall(&op))
      replaced.push_back(&op);
  for (const FusionPlan::Group &group : plan.getGroups()) {
    if (!group.call) {
      buildRegion(group);
      continue;
    }
    for (OpOperand &operand : group.call->getOpOperands())
      operand.set(results.lookupOrDefault(operand.get()));
    if (group.call != end)
      group.call->moveBefore(end);
  }
  for (Operation *op : llvm::reverse(replaced))
    op->erase();
}

SmallVector<Operation *> RegionBuilder::sortedOps(const FusionPlan::Group &group) const {
  SmallVector<Operation *> ops(group.ops.begin(), group.ops.end());
  llvm::sort(ops, [&](Operation *a, Operation *b) {
    return std::pair(isReduction(a), position.at(a)) < std::pair(isReduction(b), position.at(b));
  });
  return ops;
}

void RegionBuilder::buildRegion(const FusionPlan::Group &group) {
  SmallVector<Operation *> ops = sortedOps(group);
  llvm::SetVector<Value> inputs;
  SmallVector<Value> yielded;
  for (Operation *op : ops) {
    for (Value operand : op->getOperands())
      if (!group.ops.contains(operand.getDefiningOp()))
        inputs.insert(operand);
    if (plan.leaves(op) && group.stored.contains(op))
      yielded.push_back(op->getResult(0));
  }

  OpBuilder builder(block.getTerminator());
  SmallVector<Value> outer = llvm::map_to_vector(inputs, [&](Value v) { return results.lookupOrDefault(v); });
  SmallVector<Location> locs = llvm::map_to_vector(inputs, [](Value v) { return v.getLoc(); });
  auto space = group.domain.space ? FlatSymbolRefAttr::get(group.domain.space) : FlatSymbolRefAttr();
  Location loc = yielded.front().getLoc();
  auto region = builder.create<PointsOp>(loc, ValueRange(yielded).getTypes(), outer, group.domain.samples, space);
  Block *body = builder.createBlock(&region.getBody(), {}, ValueRange(outer).getTypes(), locs);
  IRMapping inside;
  inside.map(inputs.getArrayRef(), body->getArguments());
  for (Operation *op : ops)
    builder.clone(*op, inside);
  builder.create<YieldOp>(loc, llvm::map_to_vector(yielded, [&](Value v) { return inside.lookup(v); }));
  for (auto [old, result] : llvm::zip_equal(yielded, region.getResults()))
    results.map(old, result);
}

struct FusePoints : flex::impl::FusePointsBase<FusePoints> {
  void runOnOperation() override {
    for (auto network : getOperation().getOps<NetworkOp>()) {
      if (failed(normalizeReductions(network)))
        return signalPassFailure();
      RegionBuilder(network.getEntry()).run();
    }
  }
};

} // namespace
