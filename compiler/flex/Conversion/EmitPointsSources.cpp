// Values that come from the place itself: coordinates of grids, and random draws.
#include "flex/Conversion/EmitPointsElements.h"
#include "flex/Conversion/Keys.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace flex;

//===- Positions ---------------------------------------------------------------------------------------------------===//

/// -1 + 2 i / (n - 1) as torch.linspace computes it, from both ends towards the middle: the grid is symmetric to the
/// last bit. One point alone lies at 0.
Value Elements::coordinate(Value index, int axis) {
  OpBuilder &b = lanes.builder;
  Location loc = lanes.loc;
  Value grid = slot(axis == 0 ? PointsSlot::Grid0 : PointsSlot::Grid1);
  Value start = lanes.low32(slot(axis == 0 ? PointsSlot::Start0 : PointsSlot::Start1));
  Value i = lanes.iadd(index, start), last = lanes.isub(lanes.low32(grid), lanes.word(1));
  Value step = lanes.div(lanes.number(2), lanes.fromInteger(last));
  // No `contract` here: a fused multiply-add would round differently from linspace.
  auto ramp = [&](Value steps) -> Value {
    Value x = lanes.fromInteger(steps);
    return b.create<arith::MulFOp>(loc, x, isa<VectorType>(x.getType()) ? lanes.spread(step) : step);
  };
  Value fromLeft = ramp(i), fromRight = ramp(lanes.isub(last, i));
  auto one = [&](double value) {
    Value x = lanes.number(value);
    return isa<VectorType>(fromLeft.getType()) ? lanes.spread(x) : x;
  };
  Value low = b.create<arith::AddFOp>(loc, one(-1), fromLeft), high = b.create<arith::SubFOp>(loc, one(1), fromRight);
  Value half = lanes.idiv(lanes.low32(grid), lanes.word(2));
  Value x = lanes.select(lanes.compare(arith::CmpIPredicate::slt, i, half), low, high);
  return lanes.select(lanes.compare(arith::CmpIPredicate::eq, last, lanes.word(0)), lanes.number(0), x);
}

/// i - (n - 1) / 2: points from the middle of the grid.
Value Elements::pixel(Value index, int axis) {
  Value grid = slot(axis == 0 ? PointsSlot::Grid0 : PointsSlot::Grid1);
  Value start = lanes.low32(slot(axis == 0 ? PointsSlot::Start0 : PointsSlot::Start1));
  Value twice = lanes.imul(lanes.iadd(index, start), lanes.word(2));
  Value fromMiddle = lanes.isub(twice, lanes.isub(lanes.low32(grid), lanes.word(1)));
  return lanes.mul(lanes.fromInteger(fromMiddle), lanes.number(0.5));
}

Value Elements::positions(PositionsOp op, AffineExpr e) {
  if (op.getSpaceAttr().getAttr() != plan.domain.getSpace())
    return refuse(op, "gives coordinates of another space than its region's");
  int64_t rank = fieldType(op.getResult()).getNumChannels();
  if (rank > 2)
    return refuse(op, "has more than two axes: not supported yet");
  Value point = plan.hasRows() ? lanes.low32(points.row) : lanes.consecutive(lanes.low32(points.lane));
  auto coordinate = [&](Value index, int axis) {
    return op.getPixels() ? pixel(index, axis) : this->coordinate(index, axis);
  };
  if (rank == 1)
    return coordinate(point, 0);
  Value size = lanes.low32(slot(PointsSlot::Size1));
  Value row = lanes.idiv(point, size);
  auto axis = [&](int a) { return a == 0 ? coordinate(row, 0) : coordinate(lanes.isub(point, lanes.imul(row, size)), 1); };
  if (auto index = dyn_cast<AffineConstantExpr>(e))
    return axis(index.getValue());
  Value first = axis(0), second = axis(1);
  return lanes.select(lanes.compare(arith::CmpIPredicate::eq, expand(e), lanes.index(0)), first, second);
}

//===- Random draws ------------------------------------------------------------------------------------------------===//

/// A bijection of 32 bits in which every bit of the input moves about half of the output: multiply, xor-shift, with the
/// constants that C. Wellons found by search ("lowbias32").
static Value mix(Lanes &l, Value x) {
  OpBuilder &b = l.builder;
  auto constant = [&](uint32_t value) {
    Value c = l.word(value);
    return isa<VectorType>(x.getType()) ? l.spread(c) : c;
  };
  auto fold = [&](uint32_t shift) {
    Value shifted = b.create<arith::ShRUIOp>(l.loc, x, constant(shift));
    x = b.create<arith::XOrIOp>(l.loc, x, shifted);
  };
  fold(16);
  x = l.imul(x, constant(0x7feb352d));
  fold(15);
  x = l.imul(x, constant(0x846ca68b));
  fold(16);
  return x;
}

/// The samples' part of a draw, at the present lanes. It is the same for all points and channels, so that a region over
/// samples and a space makes a table of it first.
Value Elements::sampleBits(BernoulliOp op, Value low) {
  OpBuilder &b = lanes.builder;
  auto compute = [&](Value lane) {
    Value sample = lanes.low32(lanes.iadd(slot(PointsSlot::FirstSample), lane));
    return mix(lanes, lanes.iadd(lanes.consecutive(sample), low));
  };
  if (!plan.hasRows())
    return compute(points.lane);
  Type word = b.getI32Type(), pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto at = [&](Value table, Value lane) -> Value {
    return b.create<LLVM::GEPOp>(lanes.loc, pointer, word, table, ArrayRef<LLVM::GEPArg>{lane});
  };
  constexpr unsigned kWordBytes = 4;
  Value &table = bitsOfSamples[op];
  if (!table)
    table = atFunction([&]() -> Value {
      Value padded = slot(PointsSlot::PaddedSamples);
      Value memory = b.create<LLVM::AllocaOp>(lanes.loc, pointer, word, padded, 64);
      Value from = samplesFrom ? samplesFrom : lanes.index(0), until = samplesUntil ? samplesUntil : padded;
      lanes.loop(from, until, lanes.width, [&](Value lane) {
        Value bits = compute(lane);
        b.create<LLVM::StoreOp>(lanes.loc, bits, at(memory, lane), kWordBytes);
      });
      return memory;
    });
  Value here = at(table, points.lane);
  return b.create<LLVM::LoadOp>(lanes.loc, lanes.laneType(word), here, kWordBytes);
}

/// An element is (sample, channel * Points + point): neither the layout nor the chunk is part of it.
Value Elements::bernoulli(BernoulliOp op, AffineExpr e) {
  OpBuilder &b = lanes.builder;
  auto key = dyn_cast<BlockArgument>(op.getKey());
  if (!key)
    return refuse(op, "needs a key that is an operand of the region");
  Value seed = atFunction([&] { return mixKey(lanes.builder, lanes.loc, operandPointers[key.getArgNumber()], lanes.index(op.getStream())); });
  Value low = atFunction([&] { return lanes.low32(seed); });
  Value high = lanes.low32(b.create<arith::ShRUIOp>(lanes.loc, seed, lanes.index(32)));

  bool samples = fieldType(op.getResult()).getSamples(), space = bool(fieldType(op.getResult()).getSpace());
  Value place = lanes.imul(expand(e), space ? slot(PointsSlot::Points) : lanes.index(1));
  if (space)
    place = lanes.iadd(place, plan.hasRows() ? points.row : points.lane);
  auto word = [&](Value first, bool alongLanes) {
    Value x = lanes.low32(first);
    return alongLanes ? lanes.consecutive(x) : x;
  };
  Value bySample = samples ? sampleBits(op, low) : mix(lanes, lanes.iadd(word(lanes.index(0), false), low));
  Value byPlace = mix(lanes, lanes.iadd(word(place, space && !samples), high));
  Value bits = mix(lanes, lanes.iadd(bySample, byPlace));

  // 24 bits against a threshold that f32 and f64 agree on.
  Value probability = get(op.getProbability(), operandIndex(op.getProbability(), op, e));
  Value scaled = lanes.floor(lanes.add(lanes.mul(probability, lanes.number(1 << 24)), lanes.number(0.5)));
  Value threshold = b.create<arith::FPToSIOp>(lanes.loc, b.getI32Type(), scaled);
  Value eight = lanes.word(8);
  Value draw = b.create<arith::ShRUIOp>(lanes.loc, bits, isa<VectorType>(bits.getType()) ? lanes.spread(eight) : eight);
  return lanes.select(lanes.compare(arith::CmpIPredicate::slt, draw, threshold), lanes.number(1), lanes.number(0));
}
