// Frequencies of a value, from its operands on. What each op does to them is its rule's business (BandLimits.cpp); how
// factors add, combine and are summed up is here.
#include "flex/Dialect/Flex.h"

#include <cmath>

using namespace mlir;
using namespace flex;

BandBuilder::BandBuilder(OpBuilder &builder, BandOp asked, int64_t axes)
    : builder(builder), loc(asked.getLoc()), asked(asked), axes(axes) {}

LogicalResult BandBuilder::refuse(Operation *op, const Twine &why) {
  InFlightDiagnostic error = op->emitError("this value has no highest frequency that follows from its definition: ") << why;
  error.attachNote(asked->getLoc()) << "asked for here; a kernel may state one in its body: `band f`, in cycles per unit length";
  return failure();
}

//===- Arrays ------------------------------------------------------------------------------------------------------===//

FieldType BandBuilder::arrayType(ArrayRef<int64_t> shape) const {
  return FieldType::get(shape, fieldType(asked->getResult(0)).getElementType());
}

Value BandBuilder::number(double value) {
  return builder.create<ConstantOp>(loc, arrayType({}), builder.getDenseF64ArrayAttr({value}));
}

Value BandBuilder::identity() {
  SmallVector<double> values(axes * axes, 0.0);
  for (int64_t axis = 0; axis < axes; ++axis)
    values[axis * axes + axis] = 1;
  return builder.create<ConstantOp>(loc, arrayType({axes, axes}), builder.getDenseF64ArrayAttr(values));
}

Value BandBuilder::reshape(Value array, ArrayRef<int64_t> shape) {
  return make<ReshapeOp>(arrayType(shape), array);
}

Value BandBuilder::align(Value array, ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  if (!array || from.size() >= to.size())
    return array;
  ArrayRef<int64_t> old = fieldType(array).getShape();
  SmallVector<int64_t> shape{old.front()};
  shape.append(to.size() - from.size(), 1);
  shape.append(old.begin() + 1, old.end());
  return reshape(array, shape);
}

Value BandBuilder::spread(Value array, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> whole{axes};
  whole.append(shape.begin(), shape.end());
  return make<BroadcastOp>(arrayType(whole), array);
}

Value BandBuilder::sum(Value array, int64_t axis) {
  SmallVector<int64_t> shape(fieldType(array).getShape());
  shape.erase(shape.begin() + axis);
  return make<SumOp>(arrayType(shape), array, builder.getDenseI64ArrayAttr({axis}), UnitAttr(), UnitAttr());
}

Value BandBuilder::largest(Value array) {
  return make<ChannelMaxOp>(arrayType(fieldType(array).getShape().drop_back()), array);
}

Value BandBuilder::largestOfAll(Value array) {
  return largest(reshape(array, {fieldType(array).getNumChannels()}));
}

/// Null stands for 0, which is below every frequency.
Value BandBuilder::larger(Value x, Value y) { return !x || !y ? (x ? x : y) : make<MaxOp>(x, y); }
Value BandBuilder::added(Value x, Value y) { return !x || !y ? (x ? x : y) : make<AddOp>(x, y); }
Value BandBuilder::hypotenuse(Value x, Value y) {
  return !x || !y ? (x ? x : y) : make<SqrtOp>(make<AddOp>(make<MulOp>(x, x), make<MulOp>(y, y)));
}

//===- Forms -------------------------------------------------------------------------------------------------------===//

BandForm BandBuilder::affine(Value slope) const {
  BandForm form;
  form.kind = BandForm::Affine;
  form.slope = slope;
  form.degree = 1;
  return form;
}

BandForm BandBuilder::quadratic(Value curvature, Sign sign) const {
  BandForm form;
  form.kind = BandForm::Quadratic;
  form.curvature = curvature;
  form.sign = sign;
  form.degree = 2;
  return form;
}

BandForm BandBuilder::polynomial(int64_t degree) const {
  BandForm form;
  form.kind = BandForm::Polynomial;
  form.degree = degree;
  return form;
}

/// Where the spectrum of a factor's windows is cut off; null if it has none.
Value BandBuilder::cutOff(const BandFactor &factor) {
  if (!factor.window || factor.joint)
    return factor.window;
  return make<MulOp>(factor.window, added(cast<BandOp>(asked).getDeviations(), factor.rise));
}

/// What counts of a factor, by channel; null if nothing does.
Value BandBuilder::jointOf(const BandFactor &factor) {
  if (factor.joint)
    return factor.joint;
  Value window = cutOff(factor);
  return cast<BandOp>(asked).getPart() == BandPart::windows ? window : added(factor.wave, window);
}

BandForm BandBuilder::wave(Value frequency, Value window) {
  BandForm form;
  form.kind = BandForm::Wave;
  form.factors.push_back({frequency, window, {}, {}});
  form.total = jointOf(form.factors.front());
  return form;
}

BandForm BandBuilder::product(const BandForm &x, const BandForm &y) {
  BandForm form = x;
  if (x.isCombined || y.isCombined) {
    // The one that is more than a factor was there before.
    const BandForm &first = x.isCombined ? x : y, &second = x.isCombined ? y : x;
    form.isCombined = true;
    form.factors = first.factors;
    form.factors.append(second.factors.begin(), second.factors.end());
    form.total = added(x.total, y.total);
    return form;
  }
  // Of the same channels: frequencies add, and a product of windows is one window.
  BandFactor &factor = form.factors.front();
  const BandFactor &other = y.factors.front();
  factor.wave = added(factor.wave, other.wave);
  factor.window = hypotenuse(factor.window, other.window);
  factor.rise = hypotenuse(factor.rise, other.rise); // degrees add
  form.total = jointOf(factor);
  return form;
}

FailureOr<BandForm> BandBuilder::shaped(Operation *op, BandForm wave, int64_t degree) {
  BandFactor &factor = wave.factors.front();
  if (wave.isCombined || !factor.window)
    return refuse(op, "a wave is multiplied with something that grows with the position");
  factor.rise = hypotenuse(factor.rise, reshape(number(std::sqrt(double(degree))),
                                                SmallVector<int64_t>(fieldType(factor.window).getShape().size(), 1)));
  wave.total = jointOf(factor);
  return wave;
}

BandFactor BandBuilder::combined(const BandFactor &factor) {
  return {factor.wave, cutOff(factor), {}, jointOf(factor)};
}

BandForm BandBuilder::combine(const BandForm &x, const BandForm &y) {
  if (x.kind == BandForm::Uniform || y.kind == BandForm::Uniform)
    return x.kind == BandForm::Uniform ? y : x;
  BandForm form;
  form.kind = BandForm::Wave;
  form.isCombined = true;
  for (size_t i = 0; i < std::max(x.factors.size(), y.factors.size()); ++i) {
    BandFactor a = i < x.factors.size() ? combined(x.factors[i]) : BandFactor();
    BandFactor b = i < y.factors.size() ? combined(y.factors[i]) : BandFactor();
    form.factors.push_back({larger(a.wave, b.wave), larger(a.window, b.window), {}, larger(a.joint, b.joint)});
  }
  form.total = larger(x.total, y.total);
  return form;
}

BandForm BandBuilder::combineChannels(const BandForm &x, function_ref<Value(Value)> reduce) {
  auto of = [&](Value array) { return array ? reduce(array) : array; };
  BandForm form = x;
  form.isCombined = true;
  for (BandFactor &factor : form.factors) {
    const BandFactor whole = combined(factor);
    factor = {of(whole.wave), of(whole.window), {}, of(whole.joint)};
  }
  form.total = of(x.total);
  return form;
}

BandForm BandBuilder::moveChannels(BandForm x, function_ref<Value(Value)> move) const {
  auto of = [&](Value &array) { array = array ? move(array) : array; };
  of(x.slope);
  of(x.curvature);
  of(x.total);
  for (BandFactor &factor : x.factors) {
    of(factor.wave);
    of(factor.window);
    of(factor.rise);
    of(factor.joint);
  }
  return x;
}

//===- From the value's operands on --------------------------------------------------------------------------------===//

LogicalResult BandBuilder::derive(Value value) {
  if (forms.contains(value))
    return success();
  Operation *op = value.getDefiningOp();
  if (fieldType(value).isUniform()) {
    forms[value] = {};
    return success();
  }
  if (!op)
    return refuse(asked, "it depends on data");
  if (!isa<StatedBandOp>(op)) // which ends the search, whatever it is made of
    for (Value operand : op->getOperands())
      if (failed(derive(operand)))
        return failure();
  auto rule = dyn_cast<BandLimitOpInterface>(op);
  if (!rule)
    return refuse(op, "'" + op->getName().stripDialect() + "' does not say what it does to frequencies");
  FailureOr<BandForm> form = rule.deriveBand(*this);
  if (failed(form))
    return failure();
  forms[value] = std::move(*form);
  return success();
}

/// The results of `flex.band`.
Value BandBuilder::sumUp(const BandForm &form) {
  auto band = cast<BandOp>(asked);
  Value cycles = number(1 / (2 * M_PI));
  if (band.getTotal()) {
    ArrayRef<int64_t> shape = fieldType(band.getValue()).getShape();
    if (!form.total)
      return make<BroadcastOp>(arrayType({axes}), number(0));
    int64_t channels = fieldType(band.getValue()).getNumChannels();
    Value all = reshape(spread(form.total, shape), {axes, channels});
    return make<MulOp>(largest(all), cycles);
  }
  SmallVector<Value> factors;
  for (const BandFactor &factor : form.factors) {
    auto most = [&](Value array) { return array ? largestOfAll(array) : number(0); };
    Value sum = band.getPart() == BandPart::apart ? make<AddOp>(most(factor.wave), most(cutOff(factor)))
                                                  : most(jointOf(factor));
    factors.push_back(make<MulOp>(sum, cycles));
  }
  return make<StackOp>(arrayType({int64_t(factors.size())}), ValueRange(factors));
}

FailureOr<Value> BandBuilder::run() {
  auto band = cast<BandOp>(asked);
  if (failed(derive(band.getValue())))
    return failure();
  const BandForm &form = forms.find(band.getValue())->second;
  if (form.kind != BandForm::Uniform && form.kind != BandForm::Wave)
    return refuse(band.getValue().getDefiningOp(), "it grows with the position and is no wave");
  if (!band.getTotal() && int64_t(form.factors.size()) != fieldType(band.getResult()).getNumChannels())
    return band.emitError("the value has ") << form.factors.size() << " factors, the result "
                                            << fieldType(band.getResult()).getNumChannels();
  return sumUp(form);
}
