// Moves what the host decides before an entry point runs into functions of its own: the sizes of all grids of taps
// (role "sizes"), and for each grid the taps that its `correlate` gets (role "sample_kernel", for reports). Both see
// parameters and settings, the taps also states, and nothing else. Changes nothing in the other functions but that their crops go.
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

namespace flex {
#define GEN_PASS_DEF_SPLITSIZES
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

/// Everything in its block that `values` are computed from, and the arguments that they need, both in their order.
struct Slice {
  SmallVector<Operation *> ops;
  SmallVector<BlockArgument> arguments;

  explicit Slice(ValueRange values) {
    SmallVector<Value> stack(values);
    DenseSet<Value> seen;
    Block *block = nullptr;
    while (!stack.empty()) {
      Value v = stack.pop_back_val();
      if (!seen.insert(v).second)
        continue;
      block = v.getParentBlock();
      if (Operation *op = v.getDefiningOp())
        stack.append(op->operand_begin(), op->operand_end());
    }
    if (!block)
      return;
    for (BlockArgument argument : block->getArguments())
      if (seen.contains(argument))
        arguments.push_back(argument);
    for (Operation &op : *block)
      if (llvm::any_of(op.getResults(), [&](Value v) { return seen.contains(v); }))
        ops.push_back(&op);
  }
};

StringRef bindingOf(BlockArgument argument) {
  auto network = cast<NetworkOp>(argument.getOwner()->getParentOp());
  return network.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "flex.bind").getValue();
}

/// What in the slice the host does not know: an op or an argument. Null if there is nothing.
struct Obstacle {
  Operation *op = nullptr;
  BlockArgument argument;
  explicit operator bool() const { return op || argument; }
};

/// `kinds`: what the arguments may be bound to; `allowed`: whether the host can run an op, operands aside.
Obstacle findObstacle(const Slice &slice, ArrayRef<StringRef> kinds, function_ref<bool(Operation *)> allowed) {
  for (BlockArgument argument : slice.arguments)
    if (!llvm::is_contained(kinds, bindingOf(argument).split(':').first))
      return {nullptr, argument};
  for (Operation *op : slice.ops)
    if (!allowed(op))
      return {op, {}};
  return {};
}

/// Whether an op's results are single values that do not hang on samples or on sizes that are not known yet.
bool isHostArithmetic(Operation *op) {
  return isPure(op) && !isa<CountOp>(op) && op->getNumRegions() == 0 &&
         llvm::all_of(op->getResultTypes(), [](Type type) {
           auto field = dyn_cast<FieldType>(type);
           return field && field.isUniform();
         });
}

/// Whether an op computes the same for every sample.
bool isWithoutSamples(Operation *op) {
  if (auto count = dyn_cast<CountOp>(op); count && count.getSamples())
    return false;
  return isPure(op) && llvm::all_of(op->getResultTypes(), [](Type type) {
           auto field = dyn_cast<FieldType>(type);
           return field && !field.getSamples();
         });
}

/// A network in the making: gathers slices of other functions; what two of them share is there once.
class Gatherer {
public:
  Gatherer(ModuleOp module, StringRef role, StringRef name) : builder(module.getBodyRegion()) {
    builder.setInsertionPointToEnd(module.getBody());
    network = builder.create<NetworkOp>(module.getLoc(), name, builder.getFunctionType({}, {}), role, ArrayAttr(),
                                        ArrayAttr());
    block = builder.createBlock(&network.getBody());
  }

  NetworkOp getNetwork() const { return network; }
  OpBuilder &getBuilder() { return builder; }

  /// Clones a slice; `mapping` then leads from its values to those in this network.
  void add(const Slice &slice, IRMapping &mapping) {
    for (BlockArgument argument : slice.arguments)
      mapping.map(argument, argumentFor(argument));
    for (Operation *op : slice.ops) {
      Operation *clone = builder.clone(*op, mapping);
      if (Operation *known = findEqual(clone)) {
        clone->erase();
        mapping.map(op->getResults(), known->getResults());
      }
    }
  }

  void finish(ValueRange results, StringRef out) {
    builder.create<YieldOp>(network.getLoc(), results);
    network.setFunctionType(builder.getFunctionType(block->getArgumentTypes(), results.getTypes()));
    SmallVector<DictionaryAttr> arguments, outs;
    for (StringRef bind : binds)
      arguments.push_back(dictionary("flex.bind", bind));
    network.setAllArgAttrs(arguments);
    outs.assign(results.size(), dictionary("flex.out", out));
    network.setAllResultAttrs(outs);
  }

private:
  DictionaryAttr dictionary(StringRef name, StringRef text) {
    return builder.getDictionaryAttr(builder.getNamedAttr(name, builder.getStringAttr(text)));
  }

  Value argumentFor(BlockArgument argument) {
    StringRef bind = bindingOf(argument);
    for (auto [i, known] : llvm::enumerate(binds))
      if (known == bind)
        return block->getArgument(i);
    binds.push_back(bind);
    return block->addArgument(argument.getType(), argument.getLoc());
  }

  /// An earlier op that computes the same as the last one.
  Operation *findEqual(Operation *last) {
    for (Operation &op : *block)
      if (&op != last && OperationEquivalence::isEquivalentTo(&op, last, OperationEquivalence::IgnoreLocations))
        return &op;
    return nullptr;
  }

  OpBuilder builder;
  NetworkOp network;
  Block *block;
  SmallVector<StringRef> binds;
};

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

/// The first `correlate` whose taps live on `space`, in the function that is closest to what the user sees.
CorrelateOp findCorrelate(ModuleOp module, StringAttr space) {
  for (StringRef role : {"forward", "evaluate", "loss"})
    for (auto network : module.getOps<NetworkOp>())
      if (network.getRole() == role)
        for (auto correlate : network.getEntry().getOps<CorrelateOp>())
          if (fieldType(correlate.getTaps()).getSpace() == space)
            return correlate;
  return {};
}

/// A function for every grid of taps whose values hang on nothing but parameters, states and settings.
void makeSampleKernels(ModuleOp module) {
  unsigned index = 0;
  for (auto space : llvm::make_early_inc_range(module.getOps<SpaceOp>())) {
    if (!space.getTaps())
      continue;
    unsigned layer = index++;
    CorrelateOp correlate = findCorrelate(module, space.getSymNameAttr());
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
