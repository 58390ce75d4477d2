// One adjoint rule per op: adds the gradients of its operands, given that of its result. Composites (a kernel network,
// batch norm, a loss) get theirs from these.
#include "flex/Dialect/Flex.h"

using namespace mlir;
using namespace flex;

/// Sums `gradient` over everything that `type` was repeated along to become the gradient's type.
static Value reduceTo(OpBuilder &b, Location loc, FieldType type, Value gradient) {
  FieldType wide = fieldType(gradient);
  if (wide == type)
    return gradient;
  // Channel axes that the operand lacks, or has with size 1.
  SmallVector<int64_t> axes, kept;
  int64_t missing = wide.getRank() - type.getRank();
  for (int64_t axis = 0; axis < wide.getRank(); ++axis) {
    if (axis < missing || (type.getShape()[axis - missing] == 1 && wide.getShape()[axis] != 1))
      axes.push_back(axis);
    else
      kept.push_back(wide.getShape()[axis]);
  }
  bool samples = wide.getSamples() && !type.getSamples();
  bool space = wide.getSpace() && !type.getSpace();
  auto summed = FieldType::get(kept, type.getElementType(), type.getSamples(), type.getSpace());
  Value result = gradient;
  if (!axes.empty() || samples || space)
    result = b.create<SumOp>(loc, summed, gradient, b.getDenseI64ArrayAttr(axes), samples ? b.getUnitAttr() : nullptr,
                             space ? b.getUnitAttr() : nullptr);
  return summed == type ? result : b.create<ReshapeOp>(loc, type, result);
}

void AdjointBuilder::accumulate(Value operand, Value gradient) {
  if (!wants(operand))
    return;
  Location loc = gradient.getLoc();
  FieldType type = fieldType(operand);
  // A gradient may itself lack what the operand has (a sum's is one number): repeat it first.
  if (FieldType wide = FieldType::broadcast(type, fieldType(gradient)); wide != fieldType(gradient))
    gradient = builder.create<BroadcastOp>(loc, wide, gradient);
  gradient = reduceTo(builder, loc, type, gradient);
  Value &sum = gradients[operand];
  sum = sum ? builder.create<AddOp>(loc, sum, gradient).getResult() : gradient;
}

/// Shorthands of the rules: `g` is the gradient of the op's only result.
#define FLEX_ADJOINT(OP) LogicalResult OP::buildAdjoint(AdjointBuilder &a)
template <class Op, class... Operands> static Value make(AdjointBuilder &a, Operation *at, Operands... operands) {
  return a.builder.create<Op>(at->getLoc(), operands...);
}
static Value gradientOf(AdjointBuilder &a, Operation *op) { return a.gradient(op->getResult(0)); }
static Value number(AdjointBuilder &a, Operation *at, double value) {
  auto type = FieldType::get({}, fieldType(at->getResult(0)).getElementType());
  return a.builder.create<ConstantOp>(at->getLoc(), type, a.builder.getDenseF64ArrayAttr({value}));
}
static Value compare(AdjointBuilder &a, Operation *at, CmpKind kind, Value x, Value y) {
  return a.builder.create<CmpOp>(at->getLoc(), kind, x, y);
}

//===- Unary -------------------------------------------------------------------------------------------------------===//

FLEX_ADJOINT(NegOp) {
  a.accumulate(getOperand(), make<NegOp>(a, *this, gradientOf(a, *this)));
  return success();
}
FLEX_ADJOINT(ExpOp) {
  a.accumulate(getOperand(), make<MulOp>(a, *this, gradientOf(a, *this), getResult()));
  return success();
}
FLEX_ADJOINT(LogOp) {
  a.accumulate(getOperand(), make<DivOp>(a, *this, gradientOf(a, *this), getOperand()));
  return success();
}
FLEX_ADJOINT(SinOp) {
  Value slope = make<CosOp>(a, *this, getOperand());
  a.accumulate(getOperand(), make<MulOp>(a, *this, gradientOf(a, *this), slope));
  return success();
}
FLEX_ADJOINT(CosOp) {
  Value slope = make<NegOp>(a, *this, make<SinOp>(a, *this, getOperand()));
  a.accumulate(getOperand(), make<MulOp>(a, *this, gradientOf(a, *this), slope));
  return success();
}
FLEX_ADJOINT(TanhOp) {
  Value square = make<MulOp>(a, *this, getResult(), getResult());
  Value slope = make<SubOp>(a, *this, number(a, *this, 1), square);
  a.accumulate(getOperand(), make<MulOp>(a, *this, gradientOf(a, *this), slope));
  return success();
}
FLEX_ADJOINT(SqrtOp) {
  Value half = make<MulOp>(a, *this, gradientOf(a, *this), number(a, *this, 0.5));
  a.accumulate(getOperand(), make<DivOp>(a, *this, half, getResult()));
  return success();
}
FLEX_ADJOINT(AbsOp) {
  Value zero = number(a, *this, 0), x = getOperand();
  Value above = compare(a, *this, CmpKind::gt, x, zero), below = compare(a, *this, CmpKind::lt, x, zero);
  Value sign = make<SubOp>(a, *this, above, below);
  a.accumulate(x, make<MulOp>(a, *this, gradientOf(a, *this), sign));
  return success();
}
FLEX_ADJOINT(FloorOp) { return success(); }
FLEX_ADJOINT(DetachOp) { return success(); }

//===- Binary ------------------------------------------------------------------------------------------------------===//

FLEX_ADJOINT(AddOp) {
  a.accumulate(getLhs(), gradientOf(a, *this));
  a.accumulate(getRhs(), gradientOf(a, *this));
  return success();
}
FLEX_ADJOINT(SubOp) {
  a.accumulate(getLhs(), gradientOf(a, *this));
  if (a.wants(getRhs()))
    a.accumulate(getRhs(), make<NegOp>(a, *this, gradientOf(a, *this)));
  return success();
}
FLEX_ADJOINT(MulOp) {
  Value g = gradientOf(a, *this);
  if (a.wants(getLhs()))
    a.accumulate(getLhs(), make<MulOp>(a, *this, g, getRhs()));
  if (a.wants(getRhs()))
    a.accumulate(getRhs(), make<MulOp>(a, *this, g, getLhs()));
  return success();
}
FLEX_ADJOINT(DivOp) {
  Value g = gradientOf(a, *this);
  Value share = make<DivOp>(a, *this, g, getRhs());
  a.accumulate(getLhs(), share);
  if (a.wants(getRhs())) {
    Value product = make<MulOp>(a, *this, share, getResult());
    a.accumulate(getRhs(), make<NegOp>(a, *this, product));
  }
  return success();
}

/// The gradient goes to `x` where `condition` holds, else to `y`.
static void split(AdjointBuilder &a, Operation *op, Value condition, Value x, Value y) {
  Value g = gradientOf(a, op), zero = number(a, op, 0);
  Type type = g.getType();
  if (a.wants(x))
    a.accumulate(x, a.builder.create<SelectOp>(op->getLoc(), type, condition, g, zero));
  if (a.wants(y))
    a.accumulate(y, a.builder.create<SelectOp>(op->getLoc(), type, condition, zero, g));
}
FLEX_ADJOINT(MaxOp) {
  split(a, *this, compare(a, *this, CmpKind::gt, getLhs(), getRhs()), getLhs(), getRhs());
  return success();
}
FLEX_ADJOINT(MinOp) {
  split(a, *this, compare(a, *this, CmpKind::lt, getLhs(), getRhs()), getLhs(), getRhs());
  return success();
}
FLEX_ADJOINT(SelectOp) {
  split(a, *this, getCondition(), getThen(), getOtherwise());
  return success();
}
FLEX_ADJOINT(CmpOp) { return success(); }
FLEX_ADJOINT(PowOp) {
  Value g = gradientOf(a, *this), x = getLhs(), y = getRhs();
  if (a.wants(x)) {
    Value power = make<PowOp>(a, *this, x, make<SubOp>(a, *this, y, number(a, *this, 1)));
    Value slope = make<MulOp>(a, *this, y, power);
    a.accumulate(x, make<MulOp>(a, *this, g, slope));
  }
  if (a.wants(y)) {
    Value slope = make<MulOp>(a, *this, getResult(), make<LogOp>(a, *this, x));
    a.accumulate(y, make<MulOp>(a, *this, g, slope));
  }
  return success();
}

//===- Shape -------------------------------------------------------------------------------------------------------===//

FLEX_ADJOINT(BroadcastOp) {
  a.accumulate(getOperand(), gradientOf(a, *this));
  return success();
}
FLEX_ADJOINT(ReshapeOp) {
  a.accumulate(getOperand(), a.builder.create<ReshapeOp>(getLoc(), getOperand().getType(), gradientOf(a, *this)));
  return success();
}
FLEX_ADJOINT(ExtractOp) {
  FieldType type = fieldType(getOperand());
  FieldType one = type.withShape(type.getShape().drop_back());
  Value zero = a.builder.create<BroadcastOp>(getLoc(), one, number(a, *this, 0));
  SmallVector<Value> entries(type.getShape().back(), zero);
  entries[getIndex()] = gradientOf(a, *this);
  a.accumulate(getOperand(), a.builder.create<StackOp>(getLoc(), type, entries));
  return success();
}
FLEX_ADJOINT(StackOp) {
  FieldType type = fieldType(getResult());
  FieldType one = type.withShape(type.getShape().drop_back());
  for (auto [i, operand] : llvm::enumerate(getOperands()))
    if (a.wants(operand))
      a.accumulate(operand, a.builder.create<ExtractOp>(getLoc(), one, gradientOf(a, *this), int64_t(i)));
  return success();
}

//===- Linear ------------------------------------------------------------------------------------------------------===//

FLEX_ADJOINT(LinearOp) {
  Value g = gradientOf(a, *this);
  if (a.wants(getWeight()))
    a.accumulate(getWeight(), a.builder.create<OuterOp>(getLoc(), getWeight().getType(), g, getInput()));
  if (a.wants(getInput()))
    a.accumulate(getInput(),
                 a.builder.create<LinearTransposedOp>(getLoc(), getInput().getType(), getWeight(), g));
  if (!getBias())
    return success();
  if (!getScale()) {
    a.accumulate(getBias(), g);
    return success();
  }
  FieldType one = fieldType(getScale());
  if (a.wants(getBias())) {
    // outer with the scale as a field of one channel: one pass with the weight's gradient.
    auto column = one.withShape({1});
    Value scale = a.builder.create<ReshapeOp>(getLoc(), column, getScale());
    int64_t out = fieldType(getBias()).getNumChannels();
    auto type = FieldType::get({out, 1}, one.getElementType());
    Value sum = a.builder.create<OuterOp>(getLoc(), type, g, scale);
    a.accumulate(getBias(), a.builder.create<ReshapeOp>(getLoc(), getBias().getType(), sum));
  }
  if (a.wants(getScale())) {
    int64_t out = fieldType(getBias()).getNumChannels();
    auto type = FieldType::get({out, 1}, one.getElementType());
    Value column = a.builder.create<ReshapeOp>(getLoc(), type, getBias());
    Value dot = a.builder.create<LinearTransposedOp>(getLoc(), one.withShape({1}), column, g);
    a.accumulate(getScale(), a.builder.create<ReshapeOp>(getLoc(), one, dot));
  }
  return success();
}
FLEX_ADJOINT(LinearTransposedOp) {
  Value g = gradientOf(a, *this);
  if (a.wants(getWeight()))
    a.accumulate(getWeight(), a.builder.create<OuterOp>(getLoc(), getWeight().getType(), getGradient(), g));
  if (a.wants(getGradient()))
    a.accumulate(getGradient(), a.builder.create<LinearOp>(getLoc(), getGradient().getType(), getWeight(), g, Value(),
                                                           Value()));
  return success();
}

//===- Between points ----------------------------------------------------------------------------------------------===//

FLEX_ADJOINT(SumOp) {
  // Give the gradient back the axes that were summed, with size 1; accumulate repeats it along them.
  FieldType type = fieldType(getOperand()), result = fieldType(getResult());
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t axis : getAxes())
    shape[axis] = 1;
  Value g = gradientOf(a, *this);
  if (!getAxes().empty())
    g = a.builder.create<ReshapeOp>(getLoc(), result.withShape(shape), g);
  a.accumulate(getOperand(), g);
  return success();
}
/// Entries that are the largest share the gradient.
FLEX_ADJOINT(ChannelMaxOp) {
  FieldType type = fieldType(getOperand()), result = fieldType(getResult());
  SmallVector<int64_t> column(result.getShape());
  column.push_back(1);
  FieldType one = result.withShape(column);
  Value largest = make<ReshapeOp>(a, *this, one, getResult());
  Value is = compare(a, *this, CmpKind::eq, getOperand(), largest);
  Value count = a.builder.create<SumOp>(getLoc(), result, is, a.builder.getDenseI64ArrayAttr({type.getRank() - 1}),
                                        nullptr, nullptr);
  Value share = make<ReshapeOp>(a, *this, one, make<DivOp>(a, *this, gradientOf(a, *this), count));
  a.accumulate(getOperand(), make<MulOp>(a, *this, is, share));
  return success();
}
FLEX_ADJOINT(LastOp) {
  a.accumulate(getOperand(), a.builder.create<PlaceLastOp>(getLoc(), getOperand().getType(), gradientOf(a, *this)));
  return success();
}
FLEX_ADJOINT(PlaceLastOp) {
  a.accumulate(getOperand(), a.builder.create<LastOp>(getLoc(), getOperand().getType(), gradientOf(a, *this)));
  return success();
}
FLEX_ADJOINT(SubsampleOp) {
  Value g = gradientOf(a, *this);
  a.accumulate(getOperand(), a.builder.create<SpreadOp>(getLoc(), getOperand().getType(), g, getStrideAttr()));
  return success();
}
FLEX_ADJOINT(SpreadOp) {
  Value g = gradientOf(a, *this);
  a.accumulate(getOperand(), a.builder.create<SubsampleOp>(getLoc(), getOperand().getType(), g, getStrideAttr()));
  return success();
}
FLEX_ADJOINT(ToTapsOp) {
  Value g = gradientOf(a, *this);
  a.accumulate(getOperand(), a.builder.create<FromTapsOp>(getLoc(), getOperand().getType(), g, getDilationAttr()));
  return success();
}
FLEX_ADJOINT(FromTapsOp) {
  Value g = gradientOf(a, *this);
  a.accumulate(getOperand(), a.builder.create<ToTapsOp>(getLoc(), getOperand().getType(), g, getDilationAttr()));
  return success();
}
FLEX_ADJOINT(CorrelateOp) {
  Value g = gradientOf(a, *this);
  if (a.wants(getInput()))
    a.accumulate(getInput(), a.builder.create<CorrelateInputGradOp>(getLoc(), getInput().getType(), g, getTaps(),
                                                                    getCausalAttr()));
  if (a.wants(getTaps()))
    a.accumulate(getTaps(), a.builder.create<CorrelateKernelGradOp>(getLoc(), getTaps().getType(), g, getInput(),
                                                                    getCausalAttr()));
  return success();
}
/// Where only the input's gradient is wanted, taps are made for it: nothing of the mixture is.
FLEX_ADJOINT(CorrelateMixtureOp) {
  Value g = gradientOf(a, *this);
  Value parts[] = {getWeight(), getBasis(), getBias(), getScale()};
  if (llvm::any_of(parts, [&](Value part) { return a.wants(part); })) {
    SmallVector<Type> types = llvm::to_vector(ValueRange(parts).getTypes());
    if (a.wants(getInput()))
      types.push_back(getInput().getType());
    auto all = a.builder.create<CorrelateMixtureGradsOp>(getLoc(), types, g, getInput(), getWeight(), getBasis(),
                                                         getBias(), getScale(), getCausalAttr());
    for (auto [part, gradient] : llvm::zip(parts, all.getResults()))
      a.accumulate(part, gradient);
    if (Value gradient = all.getInputGradient())
      a.accumulate(getInput(), gradient);
    return success();
  }
  FieldType basis = fieldType(getBasis());
  int64_t in = fieldType(getInput()).getNumChannels(), out = fieldType(getOutput()).getNumChannels();
  Value mixed = a.builder.create<LinearOp>(getLoc(), basis.withShape({out * in}), getWeight(), getBasis(), getBias(),
                                           getScale());
  Value taps = a.builder.create<ReshapeOp>(getLoc(), basis.withShape({out, in}), mixed);
  a.accumulate(getInput(), a.builder.create<CorrelateInputGradOp>(getLoc(), getInput().getType(), g, taps,
                                                                  getCausalAttr()));
  return success();
}
