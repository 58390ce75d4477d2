// The ops of a network as calls: regions through the pool, draws through the runtime, changes of layout as transposes. Point-local arithmetic is all inside regions, which EmitPoints has emitted.
#include "flex/Conversion/EmitNetworksEntry.h"
#include "flex/Conversion/EmitNetworksTranspose.h"
#include "flex/Conversion/PointsCall.h"
#include "flex/Conversion/Relayout.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

static constexpr int64_t kSlotBytes = 8;

Value EntryEmitter::pointer(Value value) {
  value = bufferOf(value);
  if (Value there = outside.lookup(value))
    return there;
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return outside[value] = h.reals(constant.getValue(), fieldType(value).getElementType());
  return h.at(arena, offsets.slots[plan->slot(value)]);
}

/// One element of a uniform value, as a double.
Value EntryEmitter::scalar(Value value, int64_t element) {
  Type type = fieldType(value).getElementType();
  Value real = h.load(type, pointer(value), element * elementBytes());
  return type.isF64() ? real : h.b.create<arith::ExtFOp>(h.loc, h.f64(), real);
}

/// Memory for the next call's context. One array serves all: calls follow each other.
Value EntryEmitter::context(int64_t slots) {
  if (!contextMemory) {
    contextSlots = kTransposeSlots;
    for (auto region : network.getEntry().getOps<PointsOp>())
      contextSlots = std::max<int64_t>(contextSlots, int64_t(PointsSlot::Count) + region.getNumOperands() +
                                                         2 * region.getNumResults());
    contextMemory = h.stack(contextSlots * kSlotBytes);
  }
  assert(slots <= contextSlots);
  return contextMemory;
}

LogicalResult EntryEmitter::emitOps() {
  findBackward();
  for (Operation &op : network.getEntry().without_terminator()) {
    h.loc = op.getLoc();
    if (failed(emitOp(op)))
      return failure();
    emitObservation(op);
  }
  h.loc = network.getLoc();
  return success();
}

/// A source is run by its readers, which have to be such as can.
static LogicalResult checkReaders(PointsOp source) {
  Value result = source.getResult(0);
  for (Operation *reader : result.getUsers())
    if (std::optional<Correlation> c = Correlation::of(reader);
        !c || c->input != result || llvm::count(reader->getOperands(), result) != 1)
      return reader->emitError("reads a source, which only convolutions can, as their input");
  return success();
}

/// A shared region is left to the convolution that reads it first, if that works row by row and nobody looks on.
LogicalResult EntryEmitter::emitRegion(PointsOp op) {
  if (!op.getShared())
    return emitPoints(op), success();
  Operation *reader = firstReader(op.getResult(0));
  if (!reader || sharedInputOf(*reader) != op)
    return op.emitError("is shared, so a convolution has to read it first");
  h.when(leavesRowsTo(*Correlation::of(reader)), [] {}, [&] { emitPoints(op); });
  return success();
}

LogicalResult EntryEmitter::emitOp(Operation &op) {
  return TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](PointsOp points) { return points.getSource() ? checkReaders(points) : emitRegion(points); })
      .Case([&](RelayoutOp relayout) { return emitRelayout(relayout); })
      .Case([&](CorrelationOpInterface c) { return emitCorrelation(c); })
      .Case([&](SubsampleOp s) { return emitStride(s.getOperand(), s.getResult(), s.getStride(), false), success(); })
      .Case([&](SpreadOp s) { return emitStride(s.getResult(), s.getOperand(), s.getStride(), true), success(); })
      .Case([&](ToTapsOp t) { return emitTaps(t.getOperand(), t.getResult(), t.getDilation(), true), success(); })
      .Case([&](FromTapsOp t) { return emitTaps(t.getResult(), t.getOperand(), t.getDilation(), false), success(); })
      .Case([&](DrawOp draw) { return emitDraw(draw); })
      .Case([&](CropOp crop) { return emitCrop(crop), success(); })
      .Case([&](CountOp count) { return emitCount(count), success(); })
      .Case([&](RateOp rate) { return emitRate(rate), success(); })
      .Case([&](NyquistOp nyquist) { return emitNyquist(nyquist), success(); })
      .Case<ReshapeOp, ConstantOp>([](Operation *) { return success(); })
      .Default([](Operation *other) {
        return other->emitError("'") << other->getName() << "' must be inside a 'flex.points' region here";
      });
}

//===- Regions -----------------------------------------------------------------------------------------------------===//

/// The slots that the region's functions are called with; PointsCall.h.
Value EntryEmitter::fillContext(PointsOp op) {
  int64_t inputs = op.getNumOperands(), results = op.getNumResults(), header = int64_t(PointsSlot::Count);
  Value memory = context(header + inputs + 2 * results), one = h.constant(1), chunks = offsets.chunks.at(op);
  auto put = [&](int64_t slot, Value value) { h.store(value, memory, slot * kSlotBytes); };
  auto putHeader = [&](PointsSlot slot, Value value) { put(int64_t(slot), value); };

  bool samples = op.getSamples();
  FieldType domain = FieldType::get({}, fieldType(op.getResult(0)).getElementType(), samples,
                                    op.getSpace() ? h.b.getStringAttr(*op.getSpace()) : StringAttr());
  putHeader(PointsSlot::Samples, samples ? domains->samples : one);
  putHeader(PointsSlot::PaddedSamples, samples ? domains->paddedSamples : one);
  putHeader(PointsSlot::Points, domains->points(domain));
  putHeader(PointsSlot::RowStride, domains->rowStride(domain));
  putHeader(PointsSlot::Chunks, chunks);
  putHeader(PointsSlot::FirstSample,
            isUpdate() ? h.constant(0) : h.load(h.i64(), run, offsetof(flexrt_run, first_sample)));
  for (int64_t axis = 0; axis < FLEXRT_MAX_RANK; ++axis) {
    auto entry = [&](size_t offset, int64_t otherwise) -> Value {
      if (!op.getSpace())
        return h.constant(otherwise);
      return h.load(h.i64(), domains->space(*op.getSpace()).extent, offset + axis * sizeof(int64_t));
    };
    put(int64_t(PointsSlot::Size0) + axis, entry(offsetof(flexrt_extent, size), 1));
    put(int64_t(PointsSlot::Grid0) + axis, entry(offsetof(flexrt_extent, grid), 1));
    put(int64_t(PointsSlot::Start0) + axis, entry(offsetof(flexrt_extent, start), 0));
  }

  Value sequence = one;
  op.getBody().walk([&](LastOp last) { sequence = domains->points(fieldType(last.getOperand())); });
  putHeader(PointsSlot::LastPoints, sequence);

  for (auto [i, operand] : llvm::enumerate(op.getInputs()))
    put(header + i, isa<KeyType>(operand.getType()) ? keys.at(operand) : pointer(operand));
  Value partials = offsets.scratch;
  for (int64_t i = 0; i < results; ++i) {
    put(header + inputs + i, pointer(op.getResult(i)));
    put(header + inputs + results + i, partialElements(op, i) ? h.at(arena, partials) : h.null());
    partials = h.add(partials, emitPartialBytes(h, op, i, chunks));
  }
  return memory;
}

void EntryEmitter::emitPoints(PointsOp op) {
  Value memory = fillContext(op), chunks = offsets.chunks.at(op);
  emitChunks(h, op->getAttrOfType<FlatSymbolRefAttr>("function").getValue(), memory, chunks);
  if (auto combine = op->getAttrOfType<FlatSymbolRefAttr>("combine"))
    h.call(combine.getValue(), memory);
}

//===- The runtime's library ---------------------------------------------------------------------------------------===//

LogicalResult EntryEmitter::emitDraw(DrawOp op) {
  for (Value bound : {op.getA(), op.getB()})
    if (fieldType(bound).getNumChannels() != 1)
      return op.emitError("draws take single numbers as bounds, not ") << bound.getType();
  Value seed = h.load(h.i64(), run, offsetof(flexrt_run, seed)), stream = h.text(op.getStream());
  Value kind = h.constant32(int32_t(op.getKind())), a = scalar(op.getA()), b = scalar(op.getB());
  Value dtype = h.constant32(description.isDouble ? FLEXRT_F64 : FLEXRT_F32);
  Value count = h.constant(fieldType(op.getResult()).getNumChannels()), to = pointer(op.getResult());
  h.call("flexrt_draw", {seed, stream, kind, a, b, dtype, count, to});
  return success();
}

//===- Layouts -----------------------------------------------------------------------------------------------------===//

LogicalResult EntryEmitter::emitRelayout(RelayoutOp op) {
  FieldType from = fieldType(op.getOperand()), to = fieldType(op.getResult());
  if (!from.getSamples() && (from.getLayout() == Layout::ChannelsLast || to.getLayout() == Layout::ChannelsLast))
    return op.emitError("taps are never channels-last");
  flex::emitRelayout(h, *domains, description.lanes, pointer(op.getResult()), to, pointer(op.getOperand()), from,
                     context(kTransposeSlots));
  return success();
}

//===- Sizes as numbers --------------------------------------------------------------------------------------------===//

static void storeReal(HostBuilder &h, Value asDouble, Type type, Value to) {
  h.store(type.isF64() ? asDouble : h.b.create<arith::TruncFOp>(h.loc, type, asDouble), to);
}

void EntryEmitter::emitCount(CountOp op) {
  Value count = h.constant(1);
  if (op.getSamples())
    count = domains->samples;
  if (op.getSpace())
    count = h.mul(count, domains->space(*op.getSpace()).points);
  Value real = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), count);
  storeReal(h, real, fieldType(op.getResult()).getElementType(), pointer(op.getResult()));
}

void EntryEmitter::emitRate(RateOp op) {
  const Domains::Space &space = domains->space(op.getSpace());
  int64_t rank = description.spaces[description.findSpace(op.getSpace())].rank;
  Value trained = h.constant(1), present = h.constant(1);
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t at = offsetof(flexrt_extent, trained) + axis * int64_t(sizeof(int64_t));
    trained = h.mul(trained, h.load(h.i64(), space.extent, at));
    present = h.mul(present, space.size[axis]);
  }
  Value above = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), trained);
  Value below = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), present);
  Value rate = h.b.create<arith::DivFOp>(h.loc, above, below);
  storeReal(h, rate, fieldType(op.getResult()).getElementType(), pointer(op.getResult()));
}

/// (k - 1) / 4 for the axis with the fewest points.
void EntryEmitter::emitNyquist(NyquistOp op) {
  Value extent = domains->space(op.getSpace()).extent;
  int64_t rank = description.spaces[description.findSpace(op.getSpace())].rank;
  Value least;
  for (int64_t axis = 0; axis < rank; ++axis) {
    Value points = h.load(h.i64(), extent, offsetof(flexrt_extent, grid) + axis * int64_t(sizeof(int64_t)));
    least = least ? h.b.create<arith::MinSIOp>(h.loc, least, points).getResult() : points;
  }
  Value steps = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), h.sub(least, h.constant(1)));
  Value quarter = h.b.create<arith::ConstantOp>(h.loc, h.b.getF64FloatAttr(0.25));
  Value limit = h.b.create<arith::MulFOp>(h.loc, steps, quarter);
  storeReal(h, limit, fieldType(op.getResult()).getElementType(), pointer(op.getResult()));
}
