// Elements of a region's values: see EmitPointsElements.h. Positions and random draws are in EmitPointsSources.cpp.
//
// A channel index is an affine expression of the loops' variables. Broadcasting, sums over small axes, `stack` and
// `extract` are arithmetic on indices, which the affine simplifier folds; a value with the axes [32, 2] that is summed
// over the second one never exists.
#include "flex/Conversion/EmitPointsElements.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace flex;

Elements::Elements(Lanes &lanes, const PointsPlan &plan, Value context) : lanes(lanes), plan(plan) {
  OpBuilder &b = lanes.builder;
  levels.push_back(b.saveInsertionPoint());
  Type pointer = context.getType();
  int64_t next = 0;
  auto load = [&](Type type) -> Value {
    Value address = b.create<LLVM::GEPOp>(lanes.loc, pointer, b.getI64Type(), context,
                                          ArrayRef<LLVM::GEPArg>{LLVM::GEPArg(int32_t(next++))});
    return b.create<LLVM::LoadOp>(lanes.loc, type, address);
  };
  while (next < int64_t(PointsSlot::Count))
    header.push_back(load(b.getI64Type()));
  for (BlockArgument argument : plan.body().getArguments())
    operandPointers.push_back(load(isa<KeyType>(argument.getType()) ? Type(b.getI64Type()) : pointer));
  for (size_t i = 0; i < plan.results.size(); ++i)
    resultPointers.push_back(load(pointer));
  for (size_t i = 0; i < plan.results.size(); ++i)
    partialPointers.push_back(load(pointer));
}

//===- Levels ------------------------------------------------------------------------------------------------------===//

Elements::Level::Level(Elements &elements, unsigned number) : elements(elements), number(number) {
  OpBuilder &b = elements.lanes.builder;
  assert(number == elements.levels.size() && "levels are opened in order");
  elements.levels.push_back({b.getInsertionBlock(), b.getInsertionBlock()->end()});
}

Elements::Level::~Level() {
  elements.levels.pop_back();
  for (auto it = elements.known.begin(); it != elements.known.end(); ++it)
    if (it->second.second >= number)
      elements.known.erase(it);
}

unsigned Elements::levelOf(AffineExpr e) const {
  unsigned level = 0;
  if (e.isFunctionOfDim(0))
    level = std::max(level, levelsOf.channel);
  if (e.isFunctionOfDim(1))
    level = std::max(level, levelsOf.term);
  return level;
}

unsigned Elements::levelOf(Value v) const {
  auto type = fieldType(v);
  unsigned level = 0;
  if (plan.hasRows() && type.getSpace() && !v.getDefiningOp<LastOp>())
    level = std::max(level, levelsOf.row);
  if (plan.varies(v))
    level = std::max(level, levelsOf.lanes);
  return level;
}

Value Elements::atLevel(unsigned level, function_ref<Value()> body) {
  OpBuilder::InsertionGuard guard(lanes.builder);
  lanes.builder.restoreInsertionPoint(levels[level]);
  return body();
}

Value Elements::atFunction(function_ref<Value()> body) { return atLevel(0, body); }

Value Elements::remember(Key key, unsigned level, function_ref<Value()> body) {
  if (auto it = known.find(key); it != known.end())
    return it->second.first;
  level = std::min<unsigned>(level, levels.size() - 1);
  Value v = atLevel(level, body);
  known[key] = {v, level};
  return v;
}

Value Elements::get(Value v, AffineExpr e) {
  return remember({v, e}, std::max(levelOf(e), levelOf(v)), [&]() -> Value {
    if (auto it = homes.find(v); it != homes.end())
      return lanes.loadLanes(address(it->second, e));
    if (auto argument = dyn_cast<BlockArgument>(v))
      return load(argument, e);
    return compute(v.getDefiningOp(), e);
  });
}

void Elements::provide(Value v, AffineExpr e, Value element) { known[{v, e}] = {element, levelOf(e)}; }

//===- Indices -----------------------------------------------------------------------------------------------------===//

Value Elements::expand(AffineExpr e) {
  if (auto number = dyn_cast<AffineConstantExpr>(e))
    return lanes.index(number.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(e))
    return dim.getPosition() == 0 ? channelValue : termValue;
  return remember({Value(), e}, levelOf(e), [&]() -> Value {
    auto binary = cast<AffineBinaryOpExpr>(e);
    Value x = expand(binary.getLHS()), y = expand(binary.getRHS());
    switch (e.getKind()) {
    case AffineExprKind::Add:
      return lanes.iadd(x, y);
    case AffineExprKind::Mul:
      return lanes.imul(x, y);
    case AffineExprKind::Mod:
      return lanes.irem(x, y);
    default:
      return lanes.idiv(x, y);
    }
  });
}

/// Coordinates of a row-major index, axis by axis. The first axis needs no modulo: indices are in range.
static SmallVector<AffineExpr> coordinates(AffineExpr e, ArrayRef<int64_t> shape) {
  SmallVector<AffineExpr> result(shape.size());
  int64_t stride = 1;
  for (size_t axis = shape.size(); axis-- > 0;) {
    bool outermost = llvm::all_of(shape.take_front(axis), [](int64_t size) { return size == 1; });
    AffineExpr q = e.floorDiv(stride);
    result[axis] = shape[axis] == 1 ? getAffineConstantExpr(0, e.getContext()) : outermost ? q : q % shape[axis];
    stride *= shape[axis];
  }
  return result;
}

/// The operand's channel that meets channel `e` of the result: axes are aligned at the right, those of size 1 repeat.
AffineExpr Elements::operandIndex(Value operand, Operation *op, AffineExpr e) const {
  ArrayRef<int64_t> from = fieldType(operand).getShape(), to = fieldType(op->getResult(0)).getShape();
  int64_t count = fieldType(operand).getNumChannels();
  if (count == 1)
    return constant(0);
  if (count == fieldType(op->getResult(0)).getNumChannels())
    return e;
  SmallVector<AffineExpr> at = coordinates(e, to);
  AffineExpr index = constant(0);
  for (size_t axis = 0; axis < from.size(); ++axis) {
    AffineExpr coordinate = from[axis] == 1 ? constant(0) : at[axis + to.size() - from.size()];
    index = index * from[axis] + coordinate;
  }
  return index;
}

static SmallVector<int64_t> reducedAxes(Operation *op) {
  if (auto sum = dyn_cast<SumOp>(op))
    return SmallVector<int64_t>(sum.getAxes());
  return {fieldType(op->getOperand(0)).getRank() - 1};
}

AffineExpr Elements::termOf(Operation *op, AffineExpr e, AffineExpr term) const {
  ArrayRef<int64_t> shape = fieldType(op->getOperand(0)).getShape();
  SmallVector<int64_t> axes = reducedAxes(op), reduced;
  for (int64_t axis : axes)
    reduced.push_back(shape[axis]);
  SmallVector<AffineExpr> kept = coordinates(e, fieldType(op->getResult(0)).getShape());
  SmallVector<AffineExpr> summed = coordinates(term, reduced);
  AffineExpr index = constant(0);
  for (int64_t axis = 0, k = 0, s = 0; axis < int64_t(shape.size()); ++axis)
    index = index * shape[axis] + (llvm::is_contained(axes, axis) ? summed[s++] : kept[k++]);
  return index;
}

SmallVector<AffineExpr> Elements::termsOf(Operation *op, AffineExpr e) const {
  int64_t count = fieldType(op->getOperand(0)).getNumChannels() / fieldType(op->getResult(0)).getNumChannels();
  SmallVector<AffineExpr> terms;
  for (int64_t i = 0; i < count; ++i)
    terms.push_back(termOf(op, e, constant(i)));
  return terms;
}

//===- Memory ------------------------------------------------------------------------------------------------------===//

Elements::Home Elements::operandHome(BlockArgument v) {
  auto type = fieldType(v);
  Value base = operandPointers[v.getArgNumber()];
  if (type.isUniform())
    return {base, lanes.index(1)};
  if (type.hasSameDomain(plan.domain))
    return {base, slot(PointsSlot::RowStride)};
  if (type.getSamples())
    return {base, slot(PointsSlot::PaddedSamples)};
  return {base, spaceStride()};
}

Elements::Home Elements::resultHome(unsigned result) {
  Value base = resultPointers[result];
  switch (plan.results[result].kind) {
  case PointsPlan::Kind::Field:
    return {base, slot(PointsSlot::RowStride)};
  case PointsPlan::Kind::SampleSum:
    return {base, spaceStride()};
  default:
    return {base, slot(PointsSlot::PaddedSamples)};
  }
}

/// Elements from one channel to the next of a value over the domain's space alone.
Value Elements::spaceStride() {
  return atFunction([&] { return lanes.roundUp(slot(PointsSlot::Points), kPointBlock); });
}

Value Elements::address(const Home &home, AffineExpr e) {
  // The start of the channel's row is known further out than the lanes.
  Value row = atLevel(std::min<unsigned>(levelOf(e), levels.size() - 1),
                      [&] { return lanes.at(home.base, lanes.imul(expand(e), home.stride)); });
  return lanes.at(row, home.scratch ? points.block : points.flat);
}

Value Elements::load(BlockArgument v, AffineExpr e) {
  if (isa<KeyType>(v.getType()))
    return operandPointers[v.getArgNumber()];
  auto type = fieldType(v);
  Home home = operandHome(v);
  if (type.hasSameDomain(plan.domain) && !type.isUniform())
    return lanes.loadLanes(address(home, e));
  Value row = lanes.at(home.base, lanes.imul(expand(e), home.stride));
  if (type.isUniform())
    return lanes.loadScalar(row);
  if (type.getSamples())
    return lanes.loadLanes(lanes.at(row, points.lane));
  return lanes.loadScalar(lanes.at(row, points.row));
}

/// The operand lies over samples and a space that the region lacks.
Value Elements::loadLast(LastOp op, AffineExpr e) {
  auto argument = dyn_cast<BlockArgument>(stripReshapes(op.getOperand()));
  if (!argument || !plan.domain.getSamples() || plan.hasRows())
    return refuse(op, "is compiled for an operand of the region, over samples alone");
  Value steps = slot(PointsSlot::LastPoints), samples = slot(PointsSlot::PaddedSamples);
  Value row = lanes.iadd(lanes.imul(expand(e), steps), lanes.isub(steps, lanes.index(1)));
  Value start = lanes.at(operandPointers[argument.getArgNumber()], lanes.imul(row, samples));
  return lanes.loadLanes(lanes.at(start, points.lane));
}

Value Elements::inside() {
  return remember({Value(), getAffineSymbolExpr(0, context())}, levelsOf.lanes, [&] {
    Value bound = slot(plan.domain.getSamples() ? PointsSlot::Samples : PointsSlot::Points);
    Value lane = lanes.consecutive(lanes.low32(points.lane));
    return lanes.compare(arith::CmpIPredicate::slt, lane, lanes.low32(bound));
  });
}

Value Elements::masked(Value v) {
  if (plan.domain.isUniform())
    return v;
  return lanes.select(inside(), lanes.spread(v), lanes.zero());
}

//===- Ops ---------------------------------------------------------------------------------------------------------===//

Value Elements::refuse(Operation *op, const Twine &why) {
  if (!failed)
    op->emitOpError(why);
  failed = true;
  return lanes.number(0);
}

Value Elements::operand(Operation *op, unsigned i, AffineExpr e) {
  return get(op->getOperand(i), operandIndex(op->getOperand(i), op, e));
}

Value Elements::compute(Operation *op, AffineExpr e) {
  auto x = [&] { return operand(op, 0, e); };
  auto y = [&] { return operand(op, 1, e); };
  // Operands are named before they meet: C++ leaves the order of arguments open, and with it the order of the code.
  auto binary = [&](Value (Lanes::*apply)(Value, Value)) {
    Value first = x(), second = y();
    return (lanes.*apply)(first, second);
  };
  auto truth = [&](Value condition) { return lanes.select(condition, lanes.number(1), lanes.number(0)); };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ConstantOp c) { return number(c, e); })
      .Case<AddOp>([&](auto) { return binary(&Lanes::add); })
      .Case<SubOp>([&](auto) { return binary(&Lanes::sub); })
      .Case<MulOp>([&](auto) { return binary(&Lanes::mul); })
      .Case<DivOp>([&](auto) { return binary(&Lanes::div); })
      .Case<MaxOp>([&](auto) { return binary(&Lanes::max); })
      .Case<MinOp>([&](auto) { return binary(&Lanes::min); })
      .Case([&](PowOp p) { return power(p, e); })
      .Case<NegOp>([&](auto) { return lanes.neg(x()); })
      .Case<AbsOp>([&](auto) { return lanes.abs(x()); })
      .Case<FloorOp>([&](auto) { return lanes.floor(x()); })
      .Case<ExpOp, LogOp, SinOp, CosOp, TanhOp, SqrtOp>([&](auto) { return lanes.function(op, x()); })
      .Case<DetachOp, BroadcastOp, ReshapeOp>([&](auto) { return x(); })
      .Case([&](CmpOp c) {
        Value first = x(), second = y();
        return truth(lanes.compare(c.getKind(), first, second));
      })
      .Case<SelectOp>([&](auto) {
        Value condition = x(), then = y(), otherwise = operand(op, 2, e);
        return lanes.select(lanes.compare(CmpKind::ne, condition, lanes.number(0)), then, otherwise);
      })
      .Case([&](ExtractOp x) {
        return get(x.getOperand(), e * fieldType(x.getOperand()).getShape().back() + int64_t(x.getIndex()));
      })
      .Case([&](StackOp s) { return stack(s, e); })
      .Case<LinearOp, LinearTransposedOp>([&](auto) { return product(op, e); })
      .Case<SumOp, ArgMaxOp, ChannelMaxOp>([&](auto) { return fold(op, e); })
      .Case<OneHotOp>([&](auto) {
        Value index = get(op->getOperand(0), constant(0));
        return truth(lanes.compare(CmpKind::eq, index, lanes.fromInteger(expand(e))));
      })
      .Case([&](BernoulliOp b) { return bernoulli(b, e); })
      .Case([&](PositionsOp p) { return positions(p, e); })
      .Case([&](CountOp c) { return count(c); })
      .Case([&](LastOp l) { return loadLast(l, e); })
      .Case<PlaceLastOp>([&](auto) {
        Value value = x(), last = lanes.isub(slot(PointsSlot::Points), lanes.index(1));
        return lanes.select(lanes.compare(arith::CmpIPredicate::eq, points.row, last), value, lanes.number(0));
      })
      .Default([&](Operation *) { return refuse(op, "cannot stand in a region"); });
}

Value Elements::number(ConstantOp op, AffineExpr e) {
  ArrayRef<double> values = op.getValue();
  if (llvm::all_equal(values))
    return lanes.number(values.front());
  if (auto index = dyn_cast<AffineConstantExpr>(e))
    return lanes.number(values[index.getValue()]);
  // One number per channel: a table.
  OpBuilder &b = lanes.builder;
  Value table = atFunction([&]() -> Value {
    auto type = VectorType::get({int64_t(values.size())}, lanes.element);
    SmallVector<Attribute> numbers;
    for (double value : values)
      numbers.push_back(b.getFloatAttr(lanes.element, value));
    Value constants = b.create<arith::ConstantOp>(lanes.loc, DenseElementsAttr::get(type, numbers));
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    Value memory = b.create<LLVM::AllocaOp>(lanes.loc, pointer, type, lanes.index(1), 64);
    b.create<LLVM::StoreOp>(lanes.loc, constants, memory, lanes.elementBytes());
    return memory;
  });
  return lanes.loadScalar(lanes.at(table, expand(e)));
}

Value Elements::power(PowOp op, AffineExpr e) {
  std::optional<double> exponent;
  if (auto constant = stripReshapes(op.getRhs()).getDefiningOp<ConstantOp>(); constant && llvm::all_equal(constant.getValue()))
    exponent = constant.getValue().front();
  Value x = operand(op, 0, e), y = operand(op, 1, e);
  return lanes.pow(x, y, exponent);
}

Value Elements::stack(StackOp op, AffineExpr e) {
  int64_t count = op.getOperands().size();
  AffineExpr entry = e % count, rest = e.floorDiv(count);
  if (auto index = dyn_cast<AffineConstantExpr>(entry))
    return get(op.getOperands()[index.getValue()], rest);
  Value result = get(op.getOperands()[0], rest);
  for (int64_t i = 1; i < count; ++i) {
    Value value = get(op.getOperands()[i], rest);
    Value here = lanes.compare(arith::CmpIPredicate::eq, expand(entry), lanes.index(i));
    result = lanes.select(here, value, result);
  }
  return result;
}

/// A product with a matrix so small that it is straight-line code.
Value Elements::product(Operation *op, AffineExpr e) {
  auto linear = dyn_cast<LinearOp>(op);
  Value weight = op->getOperand(0), input = op->getOperand(1);
  int64_t columns = fieldType(weight).getShape()[1];
  Value sum;
  if (linear && linear.getBias()) {
    sum = get(linear.getBias(), e);
    if (linear.getScale())
      sum = lanes.mul(sum, get(linear.getScale(), constant(0)));
  }
  for (int64_t k = 0; k < fieldType(input).getNumChannels(); ++k) {
    Value w = get(weight, linear ? e * columns + k : e + k * columns), x = get(input, constant(k));
    sum = sum ? lanes.fma(w, x, sum) : lanes.mul(w, x);
  }
  return sum;
}

SmallVector<Value> Elements::accumulate(Operation *op, ValueRange carried, Value value, Value index) {
  if (isa<SumOp>(op))
    return {carried.empty() ? value : lanes.add(carried[0], value)};
  if (isa<ChannelMaxOp>(op))
    return {carried.empty() ? value : lanes.max(carried[0], value)};
  Value number = lanes.fromInteger(index);
  if (carried.empty())
    return {value, isa<VectorType>(value.getType()) ? lanes.spread(number) : number};
  Value larger = lanes.compare(CmpKind::gt, value, carried[0]);
  return {lanes.select(larger, value, carried[0]), lanes.select(larger, number, carried[1])};
}

Value Elements::fold(Operation *op, AffineExpr e) {
  if (isDomainSum(op))
    return refuse(op, "is read at another channel than its own");
  SmallVector<Value> carried;
  for (auto [i, term] : llvm::enumerate(termsOf(op, e)))
    carried = accumulate(op, carried, get(op->getOperand(0), term), lanes.index(i));
  return carried.back();
}

Value Elements::count(CountOp op) {
  bool space = bool(op.getSpaceAttr());
  if ((op.getSamples() && !plan.domain.getSamples()) || (space && op.getSpaceAttr().getAttr() != plan.domain.getSpace()))
    return refuse(op, "counts what its region does not run over");
  Value points = op.getSamples() ? slot(PointsSlot::Samples) : lanes.index(1);
  if (space)
    points = lanes.imul(points, slot(PointsSlot::Points));
  return lanes.fromInteger(points);
}
