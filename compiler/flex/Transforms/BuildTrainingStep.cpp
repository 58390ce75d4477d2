// Reverse-mode differentiation of the loss with respect to the parameters, through one adjoint rule per op
// (Dialect/Adjoints.cpp). Functions are straight lines: no control flow, no calls. Decides nothing about what is stored
// and what is computed again: `flex-fuse-points` does.
#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

namespace flex {
#define GEN_PASS_DEF_BUILDTRAININGSTEP
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

constexpr StringRef kParameter = "parameter:";

/// The parameter that argument `index` is bound to, "" for other arguments.
StringRef parameterOf(NetworkOp network, unsigned index) {
  StringRef bind = network.getArgAttrOfType<StringAttr>(index, "flex.bind").getValue();
  return bind.consume_front(kParameter) ? bind : "";
}

/// The value yielded as "loss": one number. Null after an error.
Value findLoss(NetworkOp network) {
  auto yield = cast<YieldOp>(network.getEntry().getTerminator());
  for (auto [i, value] : llvm::enumerate(yield.getValues())) {
    if (network.getResultAttrOfType<StringAttr>(i, "flex.out").getValue() != "loss")
      continue;
    auto type = dyn_cast<FieldType>(value.getType());
    if (type && type.isUniform() && type.getRank() == 0)
      return value;
    network.emitError("the loss must be one number, not ") << value.getType();
    return {};
  }
  network.emitError("a function of role \"loss\" needs a result 'flex.out = \"loss\"'");
  return {};
}

/// Values that depend on `sources` and that `loss` depends on: all others need no gradient.
DenseSet<Value> findActive(Block &block, ArrayRef<Value> sources, Value loss) {
  DenseSet<Value> depends(sources.begin(), sources.end()), reaches{loss}, active;
  for (Operation &op : block)
    if (llvm::any_of(op.getOperands(), [&](Value v) { return depends.contains(v); }))
      depends.insert(op.result_begin(), op.result_end());
  for (Operation &op : llvm::reverse(block))
    if (llvm::any_of(op.getResults(), [&](Value v) { return reaches.contains(v); }))
      reaches.insert(op.operand_begin(), op.operand_end());
  for (Value v : depends)
    if (reaches.contains(v))
      active.insert(v);
  return active;
}

/// Runs the adjoint rules from the last op to the first.
LogicalResult reverse(ArrayRef<Operation *> ops, AdjointBuilder &adjoint) {
  for (Operation *op : llvm::reverse(ops)) {
    if (llvm::none_of(op->getResults(), [&](Value v) { return adjoint.gradient(v); }))
      continue;
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    if (!rule)
      return op->emitError("the loss depends on parameters through '")
             << op->getName() << "', which has no adjoint rule; `detach` its value if no gradient should flow";
    if (failed(rule.buildAdjoint(adjoint)))
      return op->emitError("no gradient of '") << op->getName() << "' could be built";
  }
  return success();
}

Value makeNumber(OpBuilder &builder, Location loc, FieldType like, double value) {
  auto type = FieldType::get({}, like.getElementType());
  return builder.create<ConstantOp>(loc, type, builder.getDenseF64ArrayAttr({value}));
}

/// Appends `values` to the results of `network`, under `names`.
void appendGradients(NetworkOp network, ArrayRef<Value> values, ArrayRef<std::string> names) {
  Builder builder(network.getContext());
  SmallVector<DictionaryAttr> attributes;
  network.getAllResultAttrs(attributes);
  for (const std::string &name : names)
    attributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr("flex.out", builder.getStringAttr(name))));
  auto yield = cast<YieldOp>(network.getEntry().getTerminator());
  yield.getValuesMutable().append(values);
  network.setFunctionType(builder.getFunctionType(network.getArgumentTypes(), yield.getOperandTypes()));
  network.setAllResultAttrs(attributes);
}

/// Turns a copy of the loss into loss and gradients.
LogicalResult differentiate(NetworkOp network, bool inputGradient) {
  Block &block = network.getEntry();
  Value loss = findLoss(network);
  if (!loss)
    return failure();
  OpBuilder builder(block.getTerminator());
  SmallVector<Value> parameters;
  SmallVector<std::string> names;
  for (BlockArgument argument : block.getArguments()) {
    if (StringRef path = parameterOf(network, argument.getArgNumber()); !path.empty()) {
      parameters.push_back(argument);
      names.push_back("gradient:" + path.str());
    } else if (inputGradient && network.getArgAttr(argument.getArgNumber(), "flex.bind") == builder.getStringAttr("input")) {
      parameters.push_back(argument);
      names.push_back("input_gradient");
    }
  }
  SmallVector<Operation *> ops = llvm::map_to_vector(block.without_terminator(), [](Operation &op) { return &op; });
  AdjointBuilder adjoint(builder, findActive(block, parameters, loss));
  adjoint.accumulate(loss, makeNumber(builder, loss.getLoc(), fieldType(loss), 1));
  if (failed(reverse(ops, adjoint)))
    return failure();

  SmallVector<Value> gradients;
  for (Value parameter : parameters) {
    Value gradient = adjoint.gradient(parameter);
    if (!gradient)
      gradient = builder.create<BroadcastOp>(parameter.getLoc(), parameter.getType(),
                                             makeNumber(builder, parameter.getLoc(), fieldType(parameter), 0));
    gradients.push_back(gradient);
  }
  appendGradients(network, gradients, names);
  return success();
}

struct BuildTrainingStep : flex::impl::BuildTrainingStepBase<BuildTrainingStep> {
  using BuildTrainingStepBase::BuildTrainingStepBase;

  void runOnOperation() override {
    for (auto network : llvm::make_early_inc_range(getOperation().getOps<NetworkOp>())) {
      if (network.getRole() != "loss")
        continue;
      // In place: nothing but the training step uses the loss.
      network.setRole("loss_and_grad");
      network.setSymName("loss_and_grad");
      if (failed(differentiate(network, inputGradient)))
        return signalPassFailure();
      if (inputGradient)
        getOperation()->setAttr(module_attributes::kInputGradient, UnitAttr::get(&getContext()));
      IRRewriter rewriter(&getContext());
      (void)runRegionDCE(rewriter, network->getRegions()); // what rules made for operands that want no gradient
    }
  }
};

} // namespace
