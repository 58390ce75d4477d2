#include "flex/Analysis/Channels.h"

using namespace mlir;
using namespace flex;

bool flex::mixesChannels(Operation *op) {
  if (isa<LinearOp, LinearTransposedOp, OuterOp, ArgMaxOp, ChannelMaxOp, OneHotOp>(op))
    return true;
  if (auto sum = dyn_cast<SumOp>(op))
    return !sum.getAxes().empty();
  return isa<ReshapeOp, ExtractOp, StackOp>(op) && !fieldType(op->getResult(0)).isUniform();
}

bool flex::isReduction(Operation *op) {
  auto sum = dyn_cast<SumOp>(op);
  return isa<OuterOp>(op) || (sum && (sum.getSamples() || sum.getSpace()));
}

static bool hasDomainOf(PointsOp region, FieldType type) {
  StringAttr space = region.getSpaceAttr() ? region.getSpaceAttr().getAttr() : StringAttr();
  return type.getSamples() == region.getSamples() && type.getSpace() == space;
}

int64_t flex::separateChannels(PointsOp region) {
  int64_t channels = 0;
  auto agrees = [&](Value v) {
    auto type = dyn_cast<FieldType>(v.getType());
    if (!type || !hasDomainOf(region, type))
      return true;
    channels = channels ? channels : type.getNumChannels();
    return type.getNumChannels() == channels;
  };
  if (!llvm::all_of(region.getBody().getArguments(), agrees))
    return 0;
  for (Operation &op : region.getBody().front().without_terminator()) {
    bool partial = isReduction(&op) && !fieldType(op.getResult(0)).isUniform();
    if (partial || mixesChannels(&op) || !agrees(op.getResult(0)))
      return 0;
  }
  return channels;
}
