// Decides how every value lies in memory: regions and convolutions work on lanes; batches come and results go in the ABI's
// plain order. `flex.relayout` stands where a value meets another layout for the first time, and serves all later uses.
//
// What it does not do: let regions write other layouts, or choose layouts by cost.
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "llvm/ADT/DenseMap.h"

namespace flex {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

class LayoutAssigner {
public:
  explicit LayoutAssigner(NetworkOp network) : network(network) {}
  void run();

private:
  void setTypes();
  Layout wanted(OpOperand &operand);
  /// `value` in `layout`, converted in front of `user` unless an earlier use has done so.
  Value convert(Value value, Layout layout, Operation *user);

  NetworkOp network;
  DenseMap<std::pair<Value, Layout>, Value> converted;
};

void setLayout(Value value, Layout layout) {
  // A parameter or a single number has no domain, so no layout either.
  if (auto type = dyn_cast<FieldType>(value.getType()); type && !type.isUniform())
    value.setType(type.withLayout(layout));
}

/// Layouts that values are born with.
void LayoutAssigner::setTypes() {
  Block &entry = network.getEntry();
  for (auto [i, argument] : llvm::enumerate(entry.getArguments())) {
    auto bind = network.getArgAttrOfType<StringAttr>(i, "flex.bind");
    if (bind == "input" || bind == "target")
      setLayout(argument, Layout::Plain);
  }
}

Layout LayoutAssigner::wanted(OpOperand &operand) {
  if (isa<YieldOp>(operand.getOwner())) {
    auto out = network.getResultAttrOfType<StringAttr>(operand.getOperandNumber(), "flex.out");
    if (out == "output" || out == "input_gradient")
      return Layout::Plain;
  }
  return Layout::Lanes;
}

Value LayoutAssigner::convert(Value value, Layout layout, Operation *user) {
  auto type = dyn_cast<FieldType>(value.getType());
  if (!type || type.isUniform() || type.getLayout() == layout)
    return value;
  Value &result = converted[{value, layout}];
  if (!result)
    result = OpBuilder(user).create<RelayoutOp>(value.getLoc(), type.withLayout(layout), value);
  return result;
}

void LayoutAssigner::run() {
  setTypes();
  Block &entry = network.getEntry();
  for (Operation &op : entry)
    if (!isa<RelayoutOp>(op))
      for (OpOperand &operand : op.getOpOperands())
        operand.set(convert(operand.get(), wanted(operand), &op));
  network.setFunctionTypeAttr(TypeAttr::get(
      FunctionType::get(network.getContext(), entry.getArgumentTypes(), entry.getTerminator()->getOperandTypes())));
}

struct AssignLayouts : flex::impl::AssignLayoutsBase<AssignLayouts> {
  void runOnOperation() override {
    for (auto network : getOperation().getOps<NetworkOp>())
      LayoutAssigner(network).run();
  }
};

} // namespace
