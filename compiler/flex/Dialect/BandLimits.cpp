// One band rule per op: what it does to affine maps, squares and waves of the position. An op that is not here (max, tanh, a
// norm over the positions) has no highest frequency to offer, and neither has a wave of a wave.
#include "flex/Dialect/Flex.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace flex;

#define FLEX_BAND(OP) FailureOr<BandForm> OP::deriveBand(BandBuilder &b)

static ArrayRef<int64_t> shapeOf(Value v) { return fieldType(v).getShape(); }

static Sign opposite(Sign sign) { return productOf(Sign::Negative, sign); }

/// The forms of both operands, with the channel axes of the result.
static std::pair<BandForm, BandForm> operands(BandBuilder &b, Operation *op) {
  auto aligned = [&](Value operand) {
    return b.moveChannels(b.form(operand),
                          [&](Value a) { return b.align(a, shapeOf(operand), shapeOf(op->getResult(0))); });
  };
  return {aligned(op->getOperand(0)), aligned(op->getOperand(1))};
}

//===- Waves of affine maps, windows of squares --------------------------------------------------------------------===//

static FailureOr<BandForm> waveOf(BandBuilder &b, Operation *op) {
  const BandForm &x = b.form(op->getOperand(0));
  if (x.kind != BandForm::Affine)
    return b.refuse(op, "'" + op->getName().stripDialect() + "' of " +
                            (x.kind == BandForm::Wave ? "a wave has all its harmonics"
                                                      : "a polynomial of the position rises in frequency without end"));
  return b.wave(b.make<AbsOp>(x.slope), {});
}
FLEX_BAND(SinOp) { return waveOf(b, *this); }
FLEX_BAND(CosOp) { return waveOf(b, *this); }

FLEX_BAND(ExpOp) {
  const BandForm &x = b.form(getOperand());
  if (x.kind == BandForm::Affine)
    return b.refuse(*this, "an exponential of an affine map has a kink where it is cut off, or grows");
  if (x.kind == BandForm::Wave)
    return b.refuse(*this, "'exp' of a wave has all its harmonics");
  if (x.kind == BandForm::Polynomial)
    return b.refuse(*this, "'exp' of a polynomial that is no sum of squares of affine maps: complete the square");
  if (x.sign != Sign::Negative)
    return b.refuse(*this, "an exponential of squares times a factor that is not known to be negative: write the factor "
                           "inside the square");
  // The root's slope is infinite at 0, where no window is: along an axis that none of the squares has.
  Value least = b.number(1e-30);
  return b.wave({}, b.make<SqrtOp>(b.make<MaxOp>(b.make<NegOp>(x.curvature), least)));
}

//===- Arithmetic --------------------------------------------------------------------------------------------------===//

FLEX_BAND(NegOp) {
  BandForm x = b.form(getOperand());
  if (x.slope)
    x.slope = b.make<NegOp>(x.slope);
  if (x.curvature)
    x.curvature = b.make<NegOp>(x.curvature);
  x.sign = opposite(x.sign);
  return x;
}

static FailureOr<BandForm> sumOf(BandBuilder &b, Operation *op) {
  auto [x, y] = operands(b, op);
  bool minus = isa<SubOp>(op);
  auto join = [&](Value p, Value q) -> Value {
    if (!q)
      return p;
    if (!p)
      return minus ? b.make<NegOp>(q) : q;
    return minus ? b.make<SubOp>(p, q) : b.make<AddOp>(p, q);
  };
  Sign right = minus ? opposite(y.sign) : y.sign;
  if (x.kind == BandForm::Uniform || y.kind == BandForm::Uniform || x.kind == y.kind) {
    BandForm::Kind kind = std::max(x.kind, y.kind);
    if (kind == BandForm::Polynomial)
      return b.polynomial(std::max(x.degree, y.degree));
    if (kind == BandForm::Affine)
      return b.affine(join(x.slope, y.slope));
    if (kind == BandForm::Quadratic) {
      Sign sign = !x.curvature ? right : !y.curvature || x.sign == right ? x.sign : Sign::Unknown;
      return b.quadratic(join(x.curvature, y.curvature), sign);
    }
    return b.combine(x, y);
  }
  if (x.kind != BandForm::Wave && y.kind != BandForm::Wave)
    return b.polynomial(std::max(x.degree, y.degree));
  return b.refuse(op, "a wave and something that grows with the position are added");
}
FLEX_BAND(AddOp) { return sumOf(b, *this); }
FLEX_BAND(SubOp) { return sumOf(b, *this); }

/// A value times (or divided by) one that is the same at every position.
static BandForm scaled(BandBuilder &b, BandForm x, Value factor, bool divides) {
  auto times = [&](Value array) { return divides ? b.make<DivOp>(array, factor) : b.make<MulOp>(array, factor); };
  if (x.slope)
    x.slope = times(x.slope);
  if (x.curvature)
    x.curvature = times(x.curvature);
  x.sign = productOf(x.sign, signOf(factor));
  return x;
}

static FailureOr<BandForm> squareOf(BandBuilder &b, Operation *op, const BandForm &x) {
  if (x.kind == BandForm::Wave)
    return b.product(x, x);
  if (x.kind != BandForm::Affine)
    return b.polynomial(2 * x.degree);
  Value square = b.make<MulOp>(x.slope, x.slope);
  return b.quadratic(b.make<MulOp>(square, b.number(2)), Sign::Positive);
}

FLEX_BAND(MulOp) {
  auto [x, y] = operands(b, *this);
  if (y.kind == BandForm::Uniform)
    return scaled(b, x, getRhs(), false);
  if (x.kind == BandForm::Uniform)
    return scaled(b, y, getLhs(), false);
  if (x.kind == BandForm::Wave && y.kind == BandForm::Wave)
    return b.product(x, y);
  if (getLhs() == getRhs())
    return squareOf(b, *this, x);
  if (x.kind == BandForm::Wave || y.kind == BandForm::Wave)
    return x.kind == BandForm::Wave ? b.shaped(*this, x, y.degree) : b.shaped(*this, y, x.degree);
  return b.polynomial(x.degree + y.degree);
}

FLEX_BAND(DivOp) {
  auto [x, y] = operands(b, *this);
  if (y.kind != BandForm::Uniform)
    return b.refuse(*this, "a quotient by a function of the position");
  return scaled(b, x, getRhs(), true);
}

FLEX_BAND(PowOp) {
  DenseF64ArrayAttr power;
  if (!matchPattern(getRhs(), m_Constant(&power)) || power.size() != 1 || power[0] != 2)
    return b.refuse(*this, "a power other than 2");
  return squareOf(b, *this, operands(b, *this).first);
}

//===- Channels ----------------------------------------------------------------------------------------------------===//

FLEX_BAND(DetachOp) { return b.form(getOperand()); }

FLEX_BAND(BroadcastOp) {
  return b.moveChannels(b.form(getOperand()),
                        [&](Value a) { return b.align(a, shapeOf(getOperand()), shapeOf(getResult())); });
}

/// `shape` with the array's axis of space, which may have size 1, in front.
static SmallVector<int64_t> withAxes(Value array, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> result{shapeOf(array).front()};
  result.append(shape.begin(), shape.end());
  return result;
}

FLEX_BAND(ReshapeOp) {
  return b.moveChannels(b.form(getOperand()), [&](Value a) {
    if (fieldType(a).getNumChannels() == shapeOf(a).front()) // the same in all channels
      return b.reshape(a, withAxes(a, SmallVector<int64_t>(shapeOf(getResult()).size(), 1)));
    Value whole = b.spread(a, shapeOf(getOperand()));
    return b.reshape(whole, withAxes(whole, shapeOf(getResult())));
  });
}

FLEX_BAND(ExtractOp) {
  return b.moveChannels(b.form(getOperand()), [&](Value a) -> Value {
    ArrayRef<int64_t> shape = shapeOf(a);
    if (shape.back() == 1)
      return b.reshape(a, shape.drop_back());
    return b.make<ExtractOp>(b.arrayType(shape.drop_back()), a, int64_t(getIndex()));
  });
}

FLEX_BAND(StackOp) {
  BandForm::Kind kind = BandForm::Uniform;
  for (Value operand : getOperands())
    kind = std::max(kind, b.form(operand).kind);
  BandForm result;
  result.kind = kind;
  size_t factors = 0;
  for (Value operand : getOperands()) {
    const BandForm &x = b.form(operand);
    if (x.kind != kind && x.kind != BandForm::Uniform) {
      if (kind == BandForm::Wave)
        return b.refuse(*this, "a wave beside something that grows with the position");
      result.kind = BandForm::Polynomial;
    }
    factors = std::max(factors, x.factors.size());
    result.degree = std::max(result.degree, x.degree);
    result.isCombined |= x.isCombined;
    if (x.kind == BandForm::Quadratic)
      result.sign = result.curvature && result.sign != x.sign ? Sign::Unknown : x.sign;
    if (x.curvature)
      result.curvature = x.curvature; // that there is one; its arrays follow
  }
  if (result.kind == BandForm::Polynomial)
    return b.polynomial(result.degree);
  // The same array of every operand, side by side; null where none has it.
  auto beside = [&](auto pick) -> Value {
    SmallVector<Value> parts;
    bool any = false;
    for (Value operand : getOperands()) {
      Value part = pick(b.form(operand));
      any |= bool(part);
      parts.push_back(b.spread(part ? part : b.reshape(b.number(0), SmallVector<int64_t>(shapeOf(operand).size() + 1, 1)),
                               shapeOf(operand)));
    }
    SmallVector<int64_t> shape{b.numAxes()};
    llvm::append_range(shape, shapeOf(getResult()));
    return any ? b.make<StackOp>(b.arrayType(shape), ValueRange(parts)) : Value();
  };
  result.slope = beside([](const BandForm &x) { return x.slope; });
  result.curvature = beside([](const BandForm &x) { return x.curvature; });
  result.total = beside([](const BandForm &x) { return x.total; });
  for (size_t i = 0; i < factors; ++i) {
    auto of = [&](const BandForm &x) {
      BandFactor factor = i < x.factors.size() ? x.factors[i] : BandFactor();
      return result.isCombined ? b.combined(factor) : factor;
    };
    result.factors.push_back({beside([&](const BandForm &x) { return of(x).wave; }),
                              beside([&](const BandForm &x) { return of(x).window; }),
                              beside([&](const BandForm &x) { return of(x).rise; }),
                              beside([&](const BandForm &x) { return of(x).joint; })});
  }
  return result;
}

FLEX_BAND(SumOp) {
  if (getSamples() || getSpace())
    return b.refuse(*this, "a sum over the positions themselves");
  const BandForm &x = b.form(getOperand());
  ArrayRef<int64_t> shape = shapeOf(getOperand());
  SmallVector<int64_t> axes(getAxes());
  if (x.kind == BandForm::Wave) // the largest over what is summed, or where that is not the last axes, over all channels
    return b.combineChannels(x, [&](Value a) {
      bool last = !axes.empty() && axes.front() + axes.size() == shape.size();
      ArrayRef<int64_t> kept = last ? shape.drop_back(axes.size()) : ArrayRef<int64_t>();
      int64_t count = 1;
      for (int64_t size : shape.drop_front(kept.size()))
        count *= size;
      SmallVector<int64_t> folded{b.numAxes()};
      llvm::append_range(folded, kept);
      folded.push_back(count);
      Value most = b.largest(b.reshape(b.spread(a, shape), folded));
      return last ? most : b.reshape(most, withAxes(most, SmallVector<int64_t>(shape.size() - axes.size(), 1)));
    });
  return b.moveChannels(x, [&](Value a) {
    a = b.spread(a, shape);
    for (int64_t axis : llvm::reverse(axes))
      a = b.sum(a, axis + 1);
    return a;
  });
}

FLEX_BAND(LinearOp) {
  const BandForm &x = b.form(getInput());
  if (getScale() && b.form(getScale()).kind != BandForm::Uniform)
    return b.refuse(*this, "a product that is scaled at every position");
  if (x.kind == BandForm::Quadratic || x.kind == BandForm::Polynomial) // squares with weights of any sign
    return b.polynomial(x.degree);
  if (x.kind == BandForm::Wave)
    return b.combineChannels(x, [&](Value a) {
      Value most = b.largest(b.spread(a, shapeOf(getInput())));
      return b.reshape(most, withAxes(most, {1}));
    });
  if (x.kind == BandForm::Uniform)
    return x;
  Value slope = b.spread(x.slope, shapeOf(getInput()));
  slope = b.reshape(slope, {b.numAxes(), 1, shapeOf(getInput()).front()});
  return b.affine(b.sum(b.make<MulOp>(slope, getWeight()), 2));
}

//===- Leaves ------------------------------------------------------------------------------------------------------===//

FLEX_BAND(PositionsOp) {
  if (getPixels())
    return b.refuse(*this, "positions that are counted in points: a finer grid changes every frequency");
  return b.affine(b.identity());
}

FLEX_BAND(StatedBandOp) {
  Value radians = b.make<MulOp>(getBound(), b.number(2 * M_PI));
  return b.wave(b.reshape(radians, SmallVector<int64_t>(shapeOf(getResult()).size() + 1, 1)), {});
}
