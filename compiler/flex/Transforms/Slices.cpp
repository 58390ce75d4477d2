#include "flex/Transforms/Slices.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace flex;

Slice::Slice(ValueRange values) {
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

StringRef flex::bindingOf(BlockArgument argument) {
  auto network = cast<NetworkOp>(argument.getOwner()->getParentOp());
  return network.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "flex.bind").getValue();
}

Obstacle flex::findObstacle(const Slice &slice, ArrayRef<StringRef> kinds, function_ref<bool(Operation *)> allowed) {
  for (BlockArgument argument : slice.arguments)
    if (!llvm::is_contained(kinds, bindingOf(argument).split(':').first))
      return {nullptr, argument};
  for (Operation *op : slice.ops)
    if (!allowed(op))
      return {op, {}};
  return {};
}

bool flex::isWithoutSamples(Operation *op) {
  if (auto count = dyn_cast<CountOp>(op); count && count.getSamples())
    return false;
  return isPure(op) && llvm::all_of(op->getResultTypes(), [](Type type) {
           auto field = dyn_cast<FieldType>(type);
           return field && !field.getSamples();
         });
}

CorrelateOp flex::findCorrelateOver(ModuleOp module, StringAttr space) {
  for (StringRef role : {"forward", "evaluate", "loss"})
    for (auto network : module.getOps<NetworkOp>())
      if (network.getRole() == role)
        for (auto correlate : network.getEntry().getOps<CorrelateOp>())
          if (fieldType(correlate.getTaps()).getSpace() == space)
            return correlate;
  return {};
}

Gatherer::Gatherer(ModuleOp module, StringRef role, StringRef name) : builder(module.getBodyRegion()) {
  builder.setInsertionPointToEnd(module.getBody());
  network = builder.create<NetworkOp>(module.getLoc(), name, builder.getFunctionType({}, {}), role, ArrayAttr(),
                                      ArrayAttr());
  block = builder.createBlock(&network.getBody());
}

void Gatherer::add(const Slice &slice, IRMapping &mapping) {
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

void Gatherer::finish(ValueRange results, StringRef out) {
  builder.create<YieldOp>(network.getLoc(), results);
  network.setFunctionType(builder.getFunctionType(block->getArgumentTypes(), results.getTypes()));
  SmallVector<DictionaryAttr> arguments, outs;
  for (StringRef bind : binds)
    arguments.push_back(dictionary("flex.bind", bind));
  network.setAllArgAttrs(arguments);
  outs.assign(results.size(), dictionary("flex.out", out));
  network.setAllResultAttrs(outs);
}

DictionaryAttr Gatherer::dictionary(StringRef name, StringRef text) {
  return builder.getDictionaryAttr(builder.getNamedAttr(name, builder.getStringAttr(text)));
}

Value Gatherer::argumentFor(BlockArgument argument) {
  StringRef bind = bindingOf(argument);
  for (auto [i, known] : llvm::enumerate(binds))
    if (known == bind)
      return block->getArgument(i);
  binds.push_back(bind);
  return block->addArgument(argument.getType(), argument.getLoc());
}

/// An earlier op that computes the same as the last one.
Operation *Gatherer::findEqual(Operation *last) {
  for (Operation &op : *block)
    if (&op != last && OperationEquivalence::isEquivalentTo(&op, last, OperationEquivalence::IgnoreLocations))
      return &op;
  return nullptr;
}
