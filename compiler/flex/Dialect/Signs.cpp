#include "flex/Dialect/Signs.h"

#include "flex/Dialect/Flex.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace flex;

Sign flex::productOf(Sign x, Sign y) {
  if (x == Sign::Unknown || y == Sign::Unknown)
    return Sign::Unknown;
  return x == y ? Sign::Positive : Sign::Negative;
}

Sign flex::signOf(Value number) {
  DenseF64ArrayAttr constants;
  if (matchPattern(number, m_Constant(&constants))) {
    if (llvm::all_of(constants.asArrayRef(), [](double x) { return x > 0; }))
      return Sign::Positive;
    return llvm::all_of(constants.asArrayRef(), [](double x) { return x < 0; }) ? Sign::Negative : Sign::Unknown;
  }
  if (!number.getDefiningOp())
    return Sign::Unknown;
  return llvm::TypeSwitch<Operation *, Sign>(number.getDefiningOp())
      .Case<ExpOp, AbsOp, SqrtOp>([](auto) { return Sign::Positive; })
      .Case<NegOp>([](NegOp op) { return productOf(Sign::Negative, signOf(op.getOperand())); })
      .Case<ReshapeOp, BroadcastOp, ExtractOp>([](auto op) { return signOf(op.getOperand()); })
      .Case<MulOp, DivOp>([](auto op) {
        return op.getLhs() == op.getRhs() ? Sign::Positive : productOf(signOf(op.getLhs()), signOf(op.getRhs()));
      })
      .Case<PowOp>([](PowOp op) {
        DenseF64ArrayAttr powers;
        bool even = matchPattern(op.getRhs(), m_Constant(&powers)) &&
                    llvm::all_of(powers.asArrayRef(), [](double y) { return std::fmod(y, 2) == 0; });
        return even ? Sign::Positive : signOf(op.getLhs());
      })
      .Default([](Operation *) { return Sign::Unknown; });
}
