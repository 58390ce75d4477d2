// A linear scan over the ops in order. A result that may lie where an operand ends takes its place: the memory that was
// just read need not be fetched for writing. What a source reads is read by its readers. Does not move ops to shorten lifetimes, nor split slots.
#include "flex/Conversion/EmitNetworksArena.h"

#include "flex/Conversion/PointsCall.h"

using namespace mlir;
using namespace flex;

Value flex::bufferOf(Value value) {
  while (auto reshape = value.getDefiningOp<ReshapeOp>())
    value = reshape.getOperand();
  return value;
}

static bool isSource(Operation &op) {
  auto region = dyn_cast<PointsOp>(op);
  return region && region.getSource();
}

PointsOp flex::rowSourceOf(Value value) {
  Operation *op = value ? value.getDefiningOp() : nullptr;
  return op && isSource(*op) ? cast<PointsOp>(op) : PointsOp();
}

PointsOp flex::sharedInputOf(Operation &op) {
  auto correlation = dyn_cast<CorrelationOpInterface>(op);
  Value input = correlation ? correlation.getFields().input : Value();
  auto region = input ? input.getDefiningOp<PointsOp>() : PointsOp();
  return region && region.getShared() && firstConvolution(input) == &op ? region : PointsOp();
}

SmallVector<Value> flex::readsOf(Operation &op) {
  SmallVector<Value> values;
  if (isSource(op))
    return values;
  for (Value operand : op.getOperands()) {
    if (PointsOp source = rowSourceOf(operand))
      llvm::append_range(values, source.getInputs());
    else
      values.push_back(operand);
  }
  return values;
}

/// With what a shared region reads, if the convolution runs it.
static SmallVector<Value> possibleReadsOf(Operation &op) {
  SmallVector<Value> values = readsOf(op);
  if (PointsOp shared = sharedInputOf(op))
    llvm::append_range(values, shared.getInputs());
  return values;
}

/// Ops whose results are no memory of their own.
static bool ownsNothing(Operation &op) { return isa<ReshapeOp, ConstantOp>(op) || isSource(op); }

/// The last op of the block that reads each buffer.
static DenseMap<Value, Operation *> lastUses(Block &block, function_ref<SmallVector<Value>(Operation &)> reads) {
  DenseMap<Value, Operation *> last;
  for (Operation &op : block)
    for (Value operand : reads(op))
      last[bufferOf(operand)] = &op;
  return last;
}

/// Operands of `op` in whose memory its result may lie: fit for it, read by nothing later, and passed only once. A shared region
/// may run where it stands or in the convolution that reads it first: nothing else reads the operand between the two, nor later.
static SmallVector<Value> replaceable(Operation &op, unsigned result, const DenseMap<Value, Operation *> &last,
                                      const DenseMap<Value, Operation *> &lastOwn) {
  SmallVector<Value> buffers;
  auto region = dyn_cast<PointsOp>(op);
  if (!region)
    return buffers;
  for (unsigned operand : inPlaceOperands(region, result)) {
    Value buffer = bufferOf(op.getOperand(operand));
    auto isBuffer = [&](Value other) { return bufferOf(other) == buffer; };
    Operation *runsLast = region.getShared() ? firstReader(region.getResult(0)) : &op;
    if (lastOwn.lookup(buffer) == &op && last.lookup(buffer) == runsLast &&
        llvm::count_if(op.getOperands(), isBuffer) == 1)
      buffers.push_back(buffer);
  }
  return buffers;
}

ArenaPlan::ArenaPlan(NetworkOp network, function_ref<bool(Value)> isOutside) : network(network) {
  DenseMap<Value, Operation *> last = lastUses(network.getEntry(), possibleReadsOf);
  DenseMap<Value, Operation *> lastOwn = lastUses(network.getEntry(), readsOf);
  SmallVector<bool> taken;
  auto take = [&](FieldType type) -> int64_t {
    for (auto [i, slot] : llvm::enumerate(slots))
      if (slot == type && !taken[i])
        return taken[i] = true, i;
    slots.push_back(type);
    taken.push_back(true);
    return slots.size() - 1;
  };
  for (Operation &op : network.getEntry()) {
    SmallVector<Value> ending;
    for (Value operand : readsOf(op))
      if (Value buffer = bufferOf(operand); last.lookup(buffer) == &op)
        ending.push_back(buffer);
    for (Value result : op.getResults()) {
      if (ownsNothing(op) || !isa<FieldType>(result.getType()) || isOutside(result))
        continue;
      SmallVector<Value> candidates = replaceable(op, cast<OpResult>(result).getResultNumber(), last, lastOwn);
      auto *found = llvm::find_if(candidates, [&](Value buffer) {
        return last.contains(buffer) && slot(buffer) >= 0 && slots[slot(buffer)] == result.getType();
      });
      if (found != candidates.end()) {
        slotOf[result] = slot(*found);
        llvm::erase(ending, *found);
        last.erase(*found);
      } else {
        slotOf[result] = take(fieldType(result));
      }
      if (!last.contains(result))
        ending.push_back(result);
    }
    for (Value buffer : ending)
      if (int64_t i = slot(buffer); i >= 0)
        taken[i] = false;
  }
}

int64_t ArenaPlan::slot(Value value) const {
  auto found = slotOf.find(bufferOf(value));
  return found == slotOf.end() ? -1 : found->second;
}

Value ArenaPlan::firstDynamic() const {
  for (Operation &op : NetworkOp(network).getEntry())
    for (Value result : op.getResults())
      if (slotOf.contains(result) && !fieldType(result).isUniform())
        return result;
  return {};
}

Value flex::emitPartialBytes(HostBuilder &host, PointsOp region, unsigned result, Value chunks) {
  int64_t each = partialElements(region, result) * Domains::elementBytes(fieldType(region.getResult(result)));
  return host.roundUp(host.mul(chunks, host.constant(each)), ArenaPlan::kRounding);
}

ArenaPlan::Offsets ArenaPlan::emit(HostBuilder &host, Domains &domains,
                                   function_ref<Value(Operation *)> workspace) const {
  Offsets offsets;
  Value top = host.constant(0);
  for (FieldType type : slots) {
    offsets.slots.push_back(top);
    top = host.add(top, host.roundUp(domains.bytes(type), kRounding));
  }
  offsets.scratch = top;
  Value scratch = host.constant(0);
  for (auto region : NetworkOp(network).getEntry().getOps<PointsOp>()) {
    Value one = host.constant(1);
    Value points = region.getSpace() ? domains.space(*region.getSpace()).points : one;
    Value chunks = emitChunkCount(host.b, region.getLoc(), region,
                                  {region.getSamples() ? domains.samples : one,
                                   region.getSamples() ? domains.paddedSamples : one, points});
    offsets.chunks[region] = chunks;
    Value bytes = host.constant(0);
    for (unsigned i = 0; i < region.getNumResults(); ++i)
      bytes = host.add(bytes, emitPartialBytes(host, region, i, chunks));
    scratch = host.max(scratch, bytes);
  }
  for (Operation &op : NetworkOp(network).getEntry())
    if (Value bytes = workspace(&op))
      scratch = host.max(scratch, bytes);
  offsets.bytes = host.add(top, scratch);
  return offsets;
}
