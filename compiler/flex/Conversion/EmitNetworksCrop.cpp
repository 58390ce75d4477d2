// Sizes of the taps' grids, decided on the host: where a window's box ends, the grid is cut. Does not know windows: the
// box arrives as two corners (spec of `flex.crop`).
#include "flex/Conversion/EmitNetworksEntry.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

namespace {

constexpr int64_t kEntryBytes = sizeof(int64_t);

/// Value of `expression` in one i64 dimension.
Value expand(HostBuilder &h, AffineExpr expression, Value n) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return h.constant(constant.getValue());
  if (isa<AffineDimExpr>(expression))
    return n;
  auto binary = cast<AffineBinaryOpExpr>(expression);
  Value x = expand(h, binary.getLHS(), n), y = expand(h, binary.getRHS(), n);
  auto floorDiv = [&] { return h.b.createOrFold<arith::FloorDivSIOp>(h.loc, x, y); };
  switch (expression.getKind()) {
  case AffineExprKind::Add:
    return h.add(x, y);
  case AffineExprKind::Mul:
    return h.mul(x, y);
  case AffineExprKind::FloorDiv:
    return floorDiv();
  case AffineExprKind::CeilDiv:
    return h.b.createOrFold<arith::CeilDivSIOp>(h.loc, x, y);
  case AffineExprKind::Mod:
    return h.sub(x, h.mul(floorDiv(), y));
  default:
    llvm_unreachable("a map of one dimension has no other expressions");
  }
}

Value compare(HostBuilder &h, arith::CmpFPredicate predicate, Value x, Value y) {
  return h.b.create<arith::CmpFOp>(h.loc, predicate, x, y);
}

/// The first i in [0, last] with g_i > bound, where g_i = -1 + 2 i / (grid - 1); `last` if there is none before it, 0 if the
/// bound is not a number. From a little before the place that arithmetic gives, points are compared one by one.
Value firstAbove(HostBuilder &h, Value bound, Value grid, Value last) {
  Value two = h.real(2, h.f64()), one = h.real(1, h.f64()), none = h.real(0, h.f64());
  Value steps = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), h.sub(grid, h.constant(1)));
  Value end = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), last);
  Value half = h.b.create<arith::DivFOp>(h.loc, h.b.create<arith::AddFOp>(h.loc, bound, one), two);
  Value near = h.b.create<arith::SubFOp>(h.loc, h.b.create<arith::MulFOp>(h.loc, half, steps), two);
  Value isInside = compare(h, arith::CmpFPredicate::OGT, near, none), isBefore = compare(h, arith::CmpFPredicate::OLT, near, end);
  near = h.b.create<arith::SelectOp>(h.loc, isBefore, near, end);
  near = h.b.create<arith::SelectOp>(h.loc, isInside, near, none);
  Value from = h.b.create<arith::FPToSIOp>(h.loc, h.i64(), near);
  auto loop = h.b.create<scf::WhileOp>(
      h.loc, TypeRange(h.i64()), ValueRange(from),
      [&](OpBuilder &, Location, ValueRange state) {
        OpBuilder::InsertionGuard guard(h.b);
        h.b.setInsertionPointToEnd(state[0].getParentBlock());
        Value real = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), state[0]);
        Value twice = h.b.create<arith::MulFOp>(h.loc, real, two);
        Value way = h.b.create<arith::DivFOp>(h.loc, twice, steps);
        Value position = h.b.create<arith::SubFOp>(h.loc, way, one);
        Value outside = compare(h, arith::CmpFPredicate::OLE, position, bound), before = h.less(state[0], last);
        Value go = h.b.create<arith::AndIOp>(h.loc, outside, before);
        h.b.create<scf::ConditionOp>(h.loc, go, state);
      },
      [&](OpBuilder &, Location, ValueRange state) {
        OpBuilder::InsertionGuard guard(h.b);
        h.b.setInsertionPointToEnd(state[0].getParentBlock());
        Value next = h.add(state[0], h.constant(1));
        h.b.create<scf::YieldOp>(h.loc, next);
      });
  return loop.getResult(0);
}

} // namespace

/// A reach as a number of points: rounded down, at least 0 and at most 1023; 0 if it is not a number.
static Value boundedReach(HostBuilder &h, Value reach) {
  Value low = h.real(0, h.f64()), high = h.real(1023, h.f64());
  Value above = h.b.create<arith::MaxNumFOp>(h.loc, reach, low), bounded = h.b.create<arith::MinNumFOp>(h.loc, above, high);
  return h.b.create<arith::FPToSIOp>(h.loc, h.i64(), bounded);
}

void EntryEmitter::emitCrop(CropOp op) {
  Value extents = h.load(h.ptr(), run, offsetof(flexrt_run, extents));
  int64_t made = description.findSpace(op.getSpace()), data = description.findSpace(op.getOf());
  Value extent = h.at(extents, made * int64_t(sizeof(flexrt_extent)));
  Value of = h.at(extents, data * int64_t(sizeof(flexrt_extent)));
  for (int64_t axis = 0; axis < FLEXRT_MAX_RANK; ++axis) {
    auto source = [&](size_t member) { return h.load(h.i64(), of, member + axis * kEntryBytes); };
    if (axis >= description.spaces[made].rank)
      storeAxis(extent, axis, {h.constant(1), h.constant(1), h.constant(0)});
    else if (!op.getPoints())
      emitReachAxis(op, axis, extent);
    else
      emitCropAxis(op, axis, extent, source(offsetof(flexrt_extent, size)));
    // The runtime knows the trained sizes of the data itself, and notes those of taps.
    if (!description.spaces[made].taps && axis < description.spaces[made].rank)
      h.store(expand(h, op.getPoints()->getResult(0), source(offsetof(flexrt_extent, trained))), extent,
              offsetof(flexrt_extent, trained) + axis * kEntryBytes);
  }
}

void EntryEmitter::storeAxis(Value extent, int64_t axis, AxisSizes sizes) {
  h.store(sizes.kept, extent, offsetof(flexrt_extent, size) + axis * kEntryBytes);
  h.store(sizes.grid, extent, offsetof(flexrt_extent, grid) + axis * kEntryBytes);
  h.store(sizes.start, extent, offsetof(flexrt_extent, start) + axis * kEntryBytes);
}

void EntryEmitter::emitReachAxis(CropOp op, int64_t axis, Value extent) {
  Value corner = op.getBox()[0];
  Value reach = boundedReach(h, scalar(corner, fieldType(corner).getNumChannels() == 1 ? 0 : axis));
  Value points = h.add(h.mul(reach, h.constant(2)), h.constant(1));
  storeAxis(extent, axis, {points, points, h.constant(0)});
}

/// Every comparison is false for a box that is not a number: then all points are kept.
void EntryEmitter::emitCropAxis(CropOp op, int64_t axis, Value extent, Value size) {
  Value grid = expand(h, op.getPoints()->getResult(0), size), start = h.constant(0), kept = grid;
  if (!op.getBox().empty()) {
    Value low = scalar(op.getBox()[0], axis), high = scalar(op.getBox()[1], axis), edge = h.real(1, h.f64());
    Value one = h.constant(1), two = h.constant(2), cut, bound;
    if (op.getCausal()) {
      Value inside = op.getKeepLate() ? Value(h.b.create<math::AbsFOp>(h.loc, low)) : Value();
      Value begin = h.real(-1, h.f64());
      cut = inside ? compare(h, arith::CmpFPredicate::OLT, inside, edge)
                   : compare(h, arith::CmpFPredicate::OGT, low, begin);
      bound = low;
    } else {
      Value lowDistance = h.b.create<math::AbsFOp>(h.loc, low), highDistance = h.b.create<math::AbsFOp>(h.loc, high);
      Value root = h.b.create<arith::MaximumFOp>(h.loc, lowDistance, highDistance);
      cut = compare(h, arith::CmpFPredicate::OLT, root, edge);
      bound = h.b.create<arith::NegFOp>(h.loc, root);
    }
    Value points = h.max(grid, one); // the runtime refuses a grid without a point, once it has seen its size
    start = h.choose(
        cut, h.i64(),
        [&] { return firstAbove(h, bound, points, op.getCausal() ? h.sub(points, one) : h.div(points, two)); },
        [&] { return h.constant(0); });
    kept = h.sub(grid, op.getCausal() ? start : h.mul(start, two));
  }
  storeAxis(extent, axis, {kept, grid, start});
}
