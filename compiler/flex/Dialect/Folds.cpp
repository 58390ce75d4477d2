// Folders and canonicalisations: what holds bit for bit (but for the sign of a zero), or is arithmetic on a few known
// numbers. Nothing here may hide a NaN: x * 0 stays. Algebra that rounds differently is in Transforms/Simplify.cpp.
#include "flex/Dialect/Flex.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <cmath>

using namespace mlir;
using namespace flex;

/// Constants with more numbers than this are kept as the ops that make them.
static constexpr int64_t kMostFoldedNumbers = 64;

Operation *FlexDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto numbers = dyn_cast<DenseF64ArrayAttr>(value);
  auto field = dyn_cast<FieldType>(type);
  if (!numbers || !field || !field.isUniform() || field.getNumChannels() != numbers.size())
    return nullptr;
  return builder.create<ConstantOp>(loc, field, numbers);
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

/// The numbers of a constant operand; null if it is not one.
static DenseF64ArrayAttr numbersOf(Attribute operand) { return dyn_cast_or_null<DenseF64ArrayAttr>(operand); }

static bool isSplat(Attribute operand, double number) {
  DenseF64ArrayAttr numbers = numbersOf(operand);
  return numbers && llvm::all_of(numbers.asArrayRef(), [&](double x) { return x == number; });
}

static DenseF64ArrayAttr makeNumbers(MLIRContext *context, ArrayRef<double> numbers) {
  return DenseF64ArrayAttr::get(context, numbers);
}

//===- Arithmetic --------------------------------------------------------------------------------------------------===//

template <class Function> static OpFoldResult foldUnary(Attribute operand, Function function) {
  DenseF64ArrayAttr numbers = numbersOf(operand);
  if (!numbers)
    return {};
  return makeNumbers(operand.getContext(), llvm::map_to_vector(numbers.asArrayRef(), function));
}

template <class Function>
static OpFoldResult foldBinary(Operation *op, Attribute lhs, Attribute rhs, Function function) {
  FieldType type = fieldType(op->getResult(0));
  DenseF64ArrayAttr x = numbersOf(lhs), y = numbersOf(rhs);
  if (!x || !y || type.getNumChannels() > kMostFoldedNumbers)
    return {};
  SmallVector<double> numbers;
  for (int64_t i = 0; i < type.getNumChannels(); ++i)
    numbers.push_back(function(x[broadcastSource(i, type.getShape(), fieldType(op->getOperand(0)).getShape())],
                               y[broadcastSource(i, type.getShape(), fieldType(op->getOperand(1)).getShape())]));
  return makeNumbers(op->getContext(), numbers);
}

/// `x`, where `other` is a constant of nothing but `neutral` and does not change the type.
static OpFoldResult foldNeutral(Operation *op, Value x, Attribute other, double neutral) {
  if (x.getType() == op->getResult(0).getType() && isSplat(other, neutral))
    return x;
  return {};
}

#define FLEX_FOLD_UNARY(OP, EXPRESSION)                                                                                \
  OpFoldResult OP::fold(FoldAdaptor adaptor) {                                                                         \
    return foldUnary(adaptor.getOperand(), [](double x) -> double { return EXPRESSION; });                            \
  }
FLEX_FOLD_UNARY(ExpOp, std::exp(x))
FLEX_FOLD_UNARY(LogOp, std::log(x))
FLEX_FOLD_UNARY(SinOp, std::sin(x))
FLEX_FOLD_UNARY(CosOp, std::cos(x))
FLEX_FOLD_UNARY(TanhOp, std::tanh(x))
FLEX_FOLD_UNARY(SqrtOp, std::sqrt(x))
FLEX_FOLD_UNARY(AbsOp, std::abs(x))
FLEX_FOLD_UNARY(FloorOp, std::floor(x))
#undef FLEX_FOLD_UNARY

OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getOperand().getDefiningOp<NegOp>())
    return inner.getOperand();
  return foldUnary(adaptor.getOperand(), [](double x) { return -x; });
}

/// `NEUTRAL`: what the right operand does nothing with; the commutative ops have their constants there.
#define FLEX_FOLD_BINARY(OP, NEUTRAL, EXPRESSION)                                                                      \
  OpFoldResult OP::fold(FoldAdaptor adaptor) {                                                                         \
    if (OpFoldResult same = foldNeutral(*this, getLhs(), adaptor.getRhs(), NEUTRAL))                                   \
      return same;                                                                                                     \
    return foldBinary(*this, adaptor.getLhs(), adaptor.getRhs(),                                                       \
                      [](double x, double y) -> double { return EXPRESSION; });                                        \
  }
FLEX_FOLD_BINARY(AddOp, 0, x + y)
FLEX_FOLD_BINARY(SubOp, 0, x - y)
FLEX_FOLD_BINARY(MulOp, 1, x *y)
FLEX_FOLD_BINARY(DivOp, 1, x / y)
FLEX_FOLD_BINARY(PowOp, 1, std::pow(x, y))
#undef FLEX_FOLD_BINARY

OpFoldResult MaxOp::fold(FoldAdaptor adaptor) {
  return foldBinary(*this, adaptor.getLhs(), adaptor.getRhs(), [](double x, double y) { return x > y ? x : y; });
}
OpFoldResult MinOp::fold(FoldAdaptor adaptor) {
  return foldBinary(*this, adaptor.getLhs(), adaptor.getRhs(), [](double x, double y) { return x < y ? x : y; });
}

OpFoldResult CmpOp::fold(FoldAdaptor adaptor) {
  CmpKind kind = getKind();
  return foldBinary(*this, adaptor.getLhs(), adaptor.getRhs(), [kind](double x, double y) -> double {
    switch (kind) {
    case CmpKind::lt: return x < y;
    case CmpKind::le: return x <= y;
    case CmpKind::gt: return x > y;
    case CmpKind::ge: return x >= y;
    case CmpKind::eq: return x == y;
    case CmpKind::ne: return x != y;
    }
    llvm_unreachable("all comparisons are listed");
  });
}

/// The value that a condition known at compile time takes; null where it is not known, or differs between channels.
static Value chosenBy(Attribute condition, Value then, Value otherwise) {
  DenseF64ArrayAttr numbers = numbersOf(condition);
  if (!numbers)
    return {};
  if (isSplat(condition, 0))
    return otherwise;
  return llvm::is_contained(numbers.asArrayRef(), 0.0) ? Value() : then;
}

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  Value chosen = getThen() == getOtherwise() ? getThen()
                                             : chosenBy(adaptor.getCondition(), getThen(), getOtherwise());
  return chosen && chosen.getType() == getType() ? OpFoldResult(chosen) : OpFoldResult();
}

//===- Shape -------------------------------------------------------------------------------------------------------===//

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  FieldType type = fieldType(getResult());
  if (getOperand().getType() == type)
    return getOperand();
  if (auto inner = getOperand().getDefiningOp<BroadcastOp>()) {
    setOperand(inner.getOperand());
    return getResult();
  }
  DenseF64ArrayAttr numbers = numbersOf(adaptor.getOperand());
  if (!numbers || !type.isUniform() || type.getNumChannels() > kMostFoldedNumbers)
    return {};
  SmallVector<double> wide;
  for (int64_t i = 0; i < type.getNumChannels(); ++i)
    wide.push_back(numbers[broadcastSource(i, type.getShape(), fieldType(getOperand()).getShape())]);
  return makeNumbers(getContext(), wide);
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getOperand().getType() == getType())
    return getOperand();
  if (auto inner = getOperand().getDefiningOp<ReshapeOp>()) {
    setOperand(inner.getOperand());
    return getResult();
  }
  return numbersOf(adaptor.getOperand());
}

OpFoldResult ExtractOp::fold(FoldAdaptor adaptor) {
  if (auto stack = getOperand().getDefiningOp<StackOp>()) {
    Value entry = stack.getOperands()[getIndex()];
    if (entry.getType() == getType())
      return entry;
  }
  DenseF64ArrayAttr numbers = numbersOf(adaptor.getOperand());
  if (!numbers)
    return {};
  SmallVector<double> entries;
  for (int64_t i = getIndex(), axis = fieldType(getOperand()).getShape().back(); i < numbers.size(); i += axis)
    entries.push_back(numbers[i]);
  return makeNumbers(getContext(), entries);
}

/// `stack %x[0], %x[1], ... %x[n - 1]` is `%x`.
static Value unstacked(StackOp stack) {
  Value whole;
  for (auto [i, operand] : llvm::enumerate(stack.getOperands())) {
    auto extract = operand.getDefiningOp<ExtractOp>();
    if (!extract || extract.getIndex() != i || (whole && extract.getOperand() != whole))
      return {};
    whole = extract.getOperand();
  }
  return whole.getType() == stack.getType() ? whole : Value();
}

OpFoldResult StackOp::fold(FoldAdaptor adaptor) {
  if (Value whole = unstacked(*this))
    return whole;
  int64_t entries = getOperands().size(), channels = fieldType(getResult()).getNumChannels();
  if (channels > kMostFoldedNumbers || !llvm::all_of(adaptor.getOperands(), numbersOf))
    return {};
  SmallVector<double> numbers(channels);
  for (auto [i, operand] : llvm::enumerate(adaptor.getOperands()))
    for (auto [at, number] : llvm::enumerate(numbersOf(operand).asArrayRef()))
      numbers[at * entries + i] = number;
  return makeNumbers(getContext(), numbers);
}

OpFoldResult SumOp::fold(FoldAdaptor) {
  return getOperand().getType() == getType() ? OpFoldResult(getOperand()) : OpFoldResult();
}

//===- Canonicalisation --------------------------------------------------------------------------------------------===//

namespace {
/// An op that broadcasts by itself needs no `broadcast` in front of an operand, unless that alone makes its type.
template <class Op> struct DropBroadcast : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
      auto broadcast = operand.template getDefiningOp<BroadcastOp>();
      if (!broadcast || !keepsType(op, i, broadcast.getOperand()))
        continue;
      rewriter.modifyOpInPlace(op, [&] { op->setOperand(i, broadcast.getOperand()); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand's broadcast can be left out");
  }

private:
  /// Whether the result's type still follows with `narrow` as operand `index`.
  static bool keepsType(Op op, unsigned index, Value narrow) {
    FieldType type = fieldType(narrow);
    for (auto [i, operand] : llvm::enumerate(op->getOperands()))
      if (i != index && type)
        type = FieldType::broadcast(type, fieldType(operand));
    return type == fieldType(op->getResult(0));
  }
};

/// A condition known at compile time, where the chosen value is narrower than the result (else the folder does it).
struct BroadcastChosen : OpRewritePattern<SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SelectOp op, PatternRewriter &rewriter) const override {
    DenseF64ArrayAttr condition;
    if (!matchPattern(op.getCondition(), m_Constant(&condition)))
      return rewriter.notifyMatchFailure(op, "the condition is not a constant");
    Value chosen = chosenBy(condition, op.getThen(), op.getOtherwise());
    if (!chosen)
      return rewriter.notifyMatchFailure(op, "the condition differs between channels");
    rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), chosen);
    return success();
  }
};
} // namespace

#define FLEX_CANONICALIZE_BINARY(OP)                                                                                   \
  void OP::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {                           \
    patterns.add<DropBroadcast<OP>>(context);                                                                          \
  }
FLEX_CANONICALIZE_BINARY(AddOp)
FLEX_CANONICALIZE_BINARY(SubOp)
FLEX_CANONICALIZE_BINARY(MulOp)
FLEX_CANONICALIZE_BINARY(DivOp)
FLEX_CANONICALIZE_BINARY(MaxOp)
FLEX_CANONICALIZE_BINARY(MinOp)
FLEX_CANONICALIZE_BINARY(PowOp)
FLEX_CANONICALIZE_BINARY(CmpOp)
#undef FLEX_CANONICALIZE_BINARY

void SelectOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<BroadcastChosen>(context);
}
