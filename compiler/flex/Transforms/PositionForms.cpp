// Recognises values as affine maps, sums of squares and windows of the position, channel by channel. Does not solve them:
// DeriveExtents.cpp does.
#include "flex/Transforms/PositionForms.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace flex;

//===- Arithmetic --------------------------------------------------------------------------------------------------===//

/// The value of a constant of one channel.
static std::optional<double> constantOf(Value v) {
  DenseF64ArrayAttr numbers;
  if (!v || !matchPattern(v, m_Constant(&numbers)) || numbers.size() != 1)
    return std::nullopt;
  return numbers[0];
}

Value Arithmetic::number(double value) {
  return builder.create<ConstantOp>(loc, type, builder.getDenseF64ArrayAttr({value}));
}
// Folders look for neutral constants on the right.
Value Arithmetic::add(Value x, Value y) {
  return constantOf(x) ? builder.createOrFold<AddOp>(loc, y, x) : builder.createOrFold<AddOp>(loc, x, y);
}
Value Arithmetic::mul(Value x, Value y) {
  if (constantOf(x) == -1.0 || constantOf(y) == -1.0)
    return neg(constantOf(x) == -1.0 ? y : x);
  return constantOf(x) ? builder.createOrFold<MulOp>(loc, y, x) : builder.createOrFold<MulOp>(loc, x, y);
}
Value Arithmetic::sub(Value x, Value y) { return builder.createOrFold<SubOp>(loc, x, y); }
Value Arithmetic::div(Value x, Value y) { return builder.createOrFold<DivOp>(loc, x, y); }
Value Arithmetic::neg(Value x) { return builder.createOrFold<NegOp>(loc, x); }
Value Arithmetic::abs(Value x) { return builder.createOrFold<AbsOp>(loc, x); }
Value Arithmetic::sqrt(Value x) { return builder.createOrFold<SqrtOp>(loc, x); }
Value Arithmetic::greater(Value x, Value y) { return builder.createOrFold<CmpOp>(loc, CmpKind::gt, x, y); }
Value Arithmetic::select(Value condition, Value then, Value otherwise) {
  return builder.createOrFold<SelectOp>(loc, type, condition, then, otherwise);
}

Value Arithmetic::channel(Value uniform, int64_t index) {
  FieldType from = fieldType(uniform);
  DenseF64ArrayAttr numbers;
  if (matchPattern(uniform, m_Constant(&numbers)))
    return number(numbers[index]);
  if (from.getRank() == 0)
    return uniform;
  Value flat = builder.createOrFold<ReshapeOp>(loc, from.withShape({from.getNumChannels()}), uniform);
  return builder.createOrFold<ExtractOp>(loc, type, flat, index);
}

//===- Ratios ------------------------------------------------------------------------------------------------------===//

static bool isSame(Value x, Value y) {
  std::optional<double> a = constantOf(x), b = constantOf(y);
  return x && y && (x == y || (a && b && *a == *b));
}

Ratio Ratios::channel(Value uniform, int64_t index) {
  auto operand = [&](Operation *op, unsigned i) {
    Value v = op->getOperand(i);
    return channel(v, broadcastSource(index, fieldType(uniform).getShape(), fieldType(v).getShape()));
  };
  Operation *op = uniform.getDefiningOp();
  if (isa_and_nonnull<DivOp>(op))
    return div(operand(op, 0), operand(op, 1));
  if (isa_and_nonnull<MulOp>(op))
    return mul(operand(op, 0), operand(op, 1));
  if (isa_and_nonnull<NegOp>(op))
    return neg(operand(op, 0));
  Value &known = channels[{uniform, index}];
  if (!known)
    known = at.channel(uniform, index);
  if (constantOf(known) == 0.0)
    return {};
  return {known, {}};
}

Ratio Ratios::neg(Ratio x) { return x.isZero() ? x : Ratio{at.neg(x.numerator), x.denominator}; }

Ratio Ratios::reciprocal(Ratio x) {
  return {x.denominator ? x.denominator : at.number(1), isSame(x.numerator, at.number(1)) ? Value() : x.numerator};
}

Ratio Ratios::mul(Ratio x, Ratio y) {
  if (x.isZero() || y.isZero())
    return {};
  auto cancel = [&](Value &above, Value &below) {
    if (isSame(above, below)) {
      above = at.number(1);
      below = {};
    }
  };
  cancel(x.numerator, y.denominator);
  cancel(y.numerator, x.denominator);
  Value below = x.denominator && y.denominator ? at.mul(x.denominator, y.denominator)
                : x.denominator                ? x.denominator
                                               : y.denominator;
  return {at.mul(x.numerator, y.numerator), below};
}

Ratio Ratios::add(Ratio x, Ratio y) {
  if (x.isZero() || y.isZero())
    return x.isZero() ? y : x;
  if (isSame(x.denominator, y.denominator) || (!x.denominator && !y.denominator))
    return {at.add(x.numerator, y.numerator), x.denominator};
  if (x.denominator && y.denominator)
    return {at.add(value(x), value(y)), {}};
  if (!x.denominator)
    std::swap(x, y);
  return {at.add(x.numerator, at.mul(y.numerator, x.denominator)), x.denominator};
}

Value Ratios::value(Ratio x) {
  if (x.isZero())
    return at.number(0);
  return x.denominator ? at.div(x.numerator, x.denominator) : x.numerator;
}

//===- Analysis ----------------------------------------------------------------------------------------------------===//

namespace {
using Forms = SmallVector<Form, 4>; // one per channel

class Analysis {
public:
  Analysis(ExtentOp extent, OpBuilder &builder, unsigned axes)
      : extent(extent), at(builder, extent.getLoc(), fieldType(extent.getLow())), numbers(at), axes(axes) {}

  FailureOr<Forms> formsOf(Value v) {
    if (auto known = done.find(v); known != done.end())
      return known->second;
    FailureOr<Forms> forms = fieldType(v).isUniform() ? uniform(v) : FailureOr<Forms>(analyse(v));
    if (succeeded(forms))
      done[v] = *forms;
    return forms;
  }

  LogicalResult refuse(Operation *op, const Twine &why) {
    InFlightDiagnostic error = op->emitError("cannot derive where this value lives: ") << why;
    error.attachNote(extent.getLoc()) << "asked for here; state the box instead: `extent box(low, high)`";
    return failure();
  }

private:
  FailureOr<Forms> uniform(Value v) {
    Forms forms;
    for (int64_t i = 0; i < fieldType(v).getNumChannels(); ++i)
      forms.push_back(constant(numbers.channel(v, i)));
    return forms;
  }

  Form constant(Ratio number) {
    Form form;
    form.affine.coefficients.resize(axes);
    form.affine.offset = number;
    return form;
  }

  FailureOr<Forms> analyse(Value v) {
    Operation *op = v.getDefiningOp();
    if (!op)
      return refuse(extent, "it depends on an argument that is a field");
    if (isa<PositionsOp>(op))
      return positions();
    SmallVector<Forms, 3> operands;
    for (Value operand : op->getOperands()) {
      FailureOr<Forms> forms = formsOf(operand);
      if (failed(forms))
        return failure();
      operands.push_back(*forms);
    }
    return llvm::TypeSwitch<Operation *, FailureOr<Forms>>(op)
        .Case<AddOp, SubOp, MulOp, DivOp, PowOp>([&](auto) { return binary(op, operands); })
        .Case<NegOp>([&](auto) { return each(op, operands[0], [&](Form x) { return scaled(op, x, minusOne()); }); })
        .Case<ExpOp>([&](auto) { return each(op, operands[0], [&](Form x) { return window(op, x); }); })
        .Case<ReshapeOp, DetachOp>([&](auto) { return operands[0]; })
        .Case<BroadcastOp>([&](BroadcastOp) { return broadcast(op, operands[0]); })
        .Case<ExtractOp>([&](ExtractOp extract) { return entry(extract, operands[0]); })
        .Case<StackOp>([&](StackOp) { return interleave(operands); })
        .Case<SumOp>([&](SumOp sum) { return sumChannels(sum, operands[0]); })
        .Case<LinearOp>([&](LinearOp linear) { return multiply(linear, operands); })
        .Default([&](Operation *) {
          return refuse(op, "'" + op->getName().getStringRef() +
                                "' of a position is no affine map, square, sum or exponential");
        });
  }

  Ratio minusOne() { return {at.number(-1), {}}; }

  FailureOr<Forms> positions() {
    Forms forms;
    for (unsigned axis = 0; axis < axes; ++axis) {
      forms.push_back(constant({}));
      forms.back().affine.coefficients[axis] = {at.number(1), {}};
    }
    return forms;
  }

  //===- Arithmetic on forms ---------------------------------------------------------------------------------------===//

  template <class Function> FailureOr<Forms> each(Operation *op, const Forms &operand, Function function) {
    Forms forms;
    for (const Form &x : operand) {
      FailureOr<Form> form = function(x);
      if (failed(form))
        return failure();
      forms.push_back(*form);
    }
    return forms;
  }

  FailureOr<Form> window(Operation *op, Form form) {
    if (form.isWindow)
      return refuse(op, "an exponential of an exponential");
    form.isWindow = true;
    return form;
  }

  FailureOr<Form> scaled(Operation *op, Form form, Ratio factor) {
    if (form.isWindow)
      return refuse(op, "a window times a number: its peak is not 1");
    for (Ratio &coefficient : form.affine.coefficients)
      coefficient = numbers.mul(coefficient, factor);
    form.affine.offset = numbers.mul(form.affine.offset, factor);
    for (Square &square : form.squares)
      square.weight = numbers.mul(square.weight, factor);
    return form;
  }

  Form added(Form x, const Form &y) {
    for (unsigned axis = 0; axis < axes; ++axis)
      x.affine.coefficients[axis] = numbers.add(x.affine.coefficients[axis], y.affine.coefficients[axis]);
    x.affine.offset = numbers.add(x.affine.offset, y.affine.offset);
    x.squares.append(y.squares.begin(), y.squares.end());
    return x;
  }

  FailureOr<Form> squared(Operation *op, const Form &x) {
    if (x.isWindow || !x.squares.empty())
      return refuse(op, "a square of something that is no affine map of the position");
    if (x.affine.isUniform())
      return constant(numbers.mul(x.affine.offset, x.affine.offset));
    Form form = constant({});
    form.squares.push_back({{at.number(1), {}}, x.affine});
    return form;
  }

  static bool isNumber(const Form &x) { return !x.isWindow && x.squares.empty() && x.affine.isUniform(); }

  FailureOr<Form> sum(Operation *op, const Form &x, const Form &y) {
    if (x.isWindow || y.isWindow)
      return refuse(op, "a sum of windows");
    return added(x, y);
  }

  FailureOr<Form> product(MulOp op, const Form &x, const Form &y) {
    if (isNumber(y))
      return scaled(op, x, y.affine.offset);
    if (isNumber(x))
      return scaled(op, y, x.affine.offset);
    if (x.isWindow && y.isWindow)
      return added(x, y); // exponents add
    if (op.getLhs() == op.getRhs())
      return squared(op, x);
    return refuse(op, "a product of two different functions of the position");
  }

  FailureOr<Form> combine(Operation *op, const Form &x, const Form &y) {
    if (isa<AddOp>(op))
      return sum(op, x, y);
    if (auto product = dyn_cast<MulOp>(op))
      return this->product(product, x, y);
    if (isa<SubOp>(op)) {
      FailureOr<Form> minus = scaled(op, y, minusOne());
      return failed(minus) ? minus : sum(op, x, *minus);
    }
    if (!isNumber(y))
      return refuse(op, "'" + op->getName().getStringRef() + "' by a function of the position");
    if (isa<DivOp>(op))
      return y.affine.offset.isZero() ? FailureOr<Form>(refuse(op, "a division by 0"))
                                      : scaled(op, x, numbers.reciprocal(y.affine.offset));
    if (constantOf(numbers.value(y.affine.offset)) == 2.0)
      return squared(op, x);
    return refuse(op, "a power other than 2");
  }

  FailureOr<Forms> binary(Operation *op, ArrayRef<Forms> operands) {
    FieldType type = fieldType(op->getResult(0));
    Forms x = broadcastTo(type, op->getOperand(0), operands[0]);
    Forms y = broadcastTo(type, op->getOperand(1), operands[1]);
    Forms forms;
    for (auto [a, b] : llvm::zip_equal(x, y)) {
      FailureOr<Form> form = combine(op, a, b);
      if (failed(form))
        return failure();
      forms.push_back(*form);
    }
    return forms;
  }

  //===- Channels --------------------------------------------------------------------------------------------------===//

  static Forms broadcastTo(FieldType type, Value operand, const Forms &from) {
    Forms forms;
    for (int64_t i = 0; i < type.getNumChannels(); ++i)
      forms.push_back(from[broadcastSource(i, type.getShape(), fieldType(operand).getShape())]);
    return forms;
  }

  FailureOr<Forms> broadcast(Operation *op, const Forms &from) {
    return broadcastTo(fieldType(op->getResult(0)), op->getOperand(0), from);
  }

  FailureOr<Forms> entry(ExtractOp op, const Forms &from) {
    Forms forms;
    for (size_t i = op.getIndex(); i < from.size(); i += fieldType(op.getOperand()).getShape().back())
      forms.push_back(from[i]);
    return forms;
  }

  FailureOr<Forms> interleave(ArrayRef<Forms> operands) {
    Forms forms;
    for (size_t i = 0; i < operands[0].size(); ++i)
      for (const Forms &operand : operands)
        forms.push_back(operand[i]);
    return forms;
  }

  FailureOr<Forms> sumChannels(SumOp op, const Forms &from) {
    if (op.getSamples() || op.getSpace())
      return refuse(op, "a sum over the positions themselves");
    // With size 1 where it was summed, the result broadcasts to the operand.
    SmallVector<int64_t> kept(fieldType(op.getOperand()).getShape());
    for (int64_t axis : op.getAxes())
      kept[axis] = 1;
    Forms forms(fieldType(op.getResult()).getNumChannels(), constant({}));
    for (auto [i, x] : llvm::enumerate(from)) {
      Form &total = forms[broadcastSource(i, fieldType(op.getOperand()).getShape(), kept)];
      FailureOr<Form> form = sum(op, total, x);
      if (failed(form))
        return failure();
      total = *form;
    }
    return forms;
  }

  FailureOr<Forms> multiply(LinearOp op, ArrayRef<Forms> operands) {
    if (op.getScale())
      return refuse(op, "a scaled product");
    const Forms &weight = operands[0], &input = operands[1];
    Forms forms;
    for (size_t row = 0; row < weight.size() / input.size(); ++row) {
      Form total = op.getBias() ? operands[2][row] : constant({});
      for (auto [i, x] : llvm::enumerate(input)) {
        FailureOr<Form> part = scaled(op, x, weight[row * input.size() + i].affine.offset);
        if (failed(part))
          return failure();
        total = added(total, *part);
      }
      forms.push_back(total);
    }
    return forms;
  }

  ExtentOp extent;
  Arithmetic at;
  Ratios numbers;
  unsigned axes;
  DenseMap<Value, Forms> done;
};
} // namespace

FailureOr<Form> flex::analyseWindow(ExtentOp extent, OpBuilder &builder) {
  FieldType type = fieldType(extent.getValue());
  auto space = type.getSpace() ? SymbolTable::lookupNearestSymbolFrom<SpaceOp>(extent, type.getSpace()) : SpaceOp();
  Analysis analysis(extent, builder, space ? space.getRank() : 0);
  if (!space || type.getSamples() || type.getNumChannels() != 1)
    return analysis.refuse(extent, "it is not one number per position of a grid");
  FailureOr<Forms> forms = analysis.formsOf(extent.getValue());
  if (failed(forms))
    return failure();
  if (!forms->front().isWindow)
    return analysis.refuse(extent.getValue().getDefiningOp(), "it is not e to some power, and reaches no level in a box");
  return forms->front();
}
