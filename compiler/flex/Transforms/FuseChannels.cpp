// Joins regions that wait for each other's sums, where everything goes channel by channel: batch norm's mean, its variance
// and the normalised value, or the two sums of its backward and the gradient. A channel of a batch fits the cache that
// belongs to one core, so the later loops over it read no memory; across whole fields each would read all of it again.
//
// A region P (the producer) and one C behind it become one if both run over samples and the same space with the same
// number of channels, no op of either reads a channel other than the one that it writes, they have a field in common, and
// C reads sums of P, by itself or through uniform regions in between that keep channels apart, too. The uniform arithmetic
// that C needs is computed in the joined region; its own region stays for those who also read it. So joined regions break
// two of the rules in FusePoints.cpp: uniform values that depend on sums are computed inside (3), and sums are read where
// they are made (4); they have results with as many numbers as channels that are neither field nor sum.
//
// The joined region stands in P's place if all that C needs is there by then, else in C's, and what read P's sums before
// follows it.
//
// What it does not do: join what has few channels (they are the work that threads share), nor look at sizes.
#include "flex/Analysis/Channels.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/SetVector.h"

namespace flex {
#define GEN_PASS_DEF_FUSECHANNELS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

static constexpr int64_t kFewestChannels = 8;

namespace {

bool isUniform(PointsOp region) { return !region.getSamples() && !region.getSpace(); }

/// The value inside that a result of a region yields.
Value yielded(OpResult result) {
  return cast<PointsOp>(result.getOwner()).getBody().front().getTerminator()->getOperand(result.getResultNumber());
}

/// A field as a region's operand or result.
bool isField(Value v) {
  auto type = dyn_cast<FieldType>(v.getType());
  return type && type.getSamples() && type.getSpace();
}

/// One producer and one consumer, and whether and where they can be one region.
class Joint {
public:
  Joint(PointsOp producer, PointsOp consumer) : producer(producer), consumer(consumer) {
    channels = separateChannels(consumer);
  }
  bool isLegal();
  PointsOp build();

private:
  bool dependsOnProducer(Value outer);
  bool keepsChannels(Value inner);
  bool findUniform(Value outer);
  bool sharesField();
  bool choosePlace();

  Value inside(Value outer);
  Value insideOf(PointsOp region, Value inner);

  PointsOp producer, consumer;
  int64_t channels;
  Operation *place = nullptr;                 // the joined region stands before it
  SmallVector<PointsOp> followers;            // uniform regions that move behind the joined one
  llvm::SetVector<Value> external;            // operands of the joined region
  DenseMap<Value, bool> depends;              // of outer values
  llvm::DenseSet<Value> visited;              // of inner values
  OpBuilder *builder = nullptr;
  IRMapping inner;                            // values of all bodies and outer values -> values of the new body
};

//===- Whether -----------------------------------------------------------------------------------------------------===//

/// Whether a uniform value is computed from the producer's sums.
bool Joint::dependsOnProducer(Value outer) {
  auto region = outer.getDefiningOp<PointsOp>();
  if (!region)
    return false;
  if (region == producer)
    return true;
  if (!isUniform(region) || region->isBeforeInBlock(producer))
    return false;
  if (auto it = depends.find(outer); it != depends.end())
    return it->second;
  SmallVector<Value> pending = {yielded(cast<OpResult>(outer))};
  llvm::DenseSet<Value> seen;
  bool found = false;
  while (!found && !pending.empty()) {
    Value v = pending.pop_back_val();
    if (!seen.insert(v).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(v))
      found = dependsOnProducer(region.getOperand(argument.getArgNumber()));
    else
      llvm::append_range(pending, v.getDefiningOp()->getOperands());
  }
  return depends[outer] = found;
}

/// Whether each channel of a value of a uniform region's body is computed from the same channel of the producer's sums,
/// if from any. Notes what else it is computed from.
bool Joint::keepsChannels(Value v) {
  if (!visited.insert(v).second)
    return true;
  if (auto argument = dyn_cast<BlockArgument>(v))
    return findUniform(cast<PointsOp>(argument.getOwner()->getParentOp()).getOperand(argument.getArgNumber()));
  Operation *op = v.getDefiningOp();
  if (!llvm::all_of(op->getOperands(), [&](Value operand) { return keepsChannels(operand); }))
    return false;
  bool moves = mixesChannels(op) || isReduction(op) || isa<ExtractOp, StackOp>(op);
  return !moves && (fieldType(v).getNumChannels() == channels || fieldType(v).getNumChannels() == 1);
}

/// The same for an operand of the consumer, or of a uniform region.
bool Joint::findUniform(Value outer) {
  if (!dependsOnProducer(outer)) {
    external.insert(outer);
    return true;
  }
  if (fieldType(outer).getNumChannels() != channels)
    return false;
  auto result = cast<OpResult>(outer);
  return result.getOwner() == producer || keepsChannels(yielded(result));
}

bool Joint::sharesField() {
  return llvm::any_of(consumer.getInputs(), [&](Value v) {
    return isField(v) && (v.getDefiningOp() == producer || llvm::is_contained(producer.getInputs(), v));
  });
}

bool Joint::choosePlace() {
  auto isThere = [&](Value v) {
    Operation *op = v.getDefiningOp();
    return !op || op->isBeforeInBlock(producer);
  };
  if (llvm::all_of(external, isThere)) {
    place = producer->getNextNode();
    return true;
  }
  // Whatever reads the producer before the consumer comes is moved behind it, as long as that is uniform arithmetic.
  place = consumer->getNextNode();
  llvm::SmallPtrSet<Operation *, 8> moved = {producer, consumer};
  for (Operation *op = producer->getNextNode(); op != consumer; op = op->getNextNode()) {
    if (llvm::none_of(op->getOperands(), [&](Value v) { return moved.contains(v.getDefiningOp()); }))
      continue;
    auto region = dyn_cast<PointsOp>(op);
    if (!region || !isUniform(region))
      return false;
    moved.insert(op);
    followers.push_back(region);
  }
  return llvm::none_of(external, [&](Value v) { return moved.contains(v.getDefiningOp()); });
}

bool Joint::isLegal() {
  if (channels < kFewestChannels || separateChannels(producer) != channels ||
      producer.getSpaceAttr() != consumer.getSpaceAttr() || !sharesField())
    return false;
  for (Value v : consumer.getInputs())
    if (v.getDefiningOp() != producer && !findUniform(v))
      return false;
  return choosePlace();
}

//===- Building ----------------------------------------------------------------------------------------------------===//

/// The value of the new body that stands for one of a uniform region's or the consumer's body.
Value Joint::insideOf(PointsOp region, Value v) {
  if (Value known = inner.lookupOrNull(v))
    return known;
  if (auto argument = dyn_cast<BlockArgument>(v)) {
    Value there = inside(region.getOperand(argument.getArgNumber()));
    inner.map(v, there);
    return there;
  }
  for (Value operand : v.getDefiningOp()->getOperands())
    insideOf(region, operand);
  builder->clone(*v.getDefiningOp(), inner);
  return inner.lookup(v);
}

Value Joint::inside(Value outer) {
  if (Value known = inner.lookupOrNull(outer))
    return known;
  auto result = cast<OpResult>(outer);
  return insideOf(cast<PointsOp>(result.getOwner()), yielded(result));
}

PointsOp Joint::build() {
  external.insert(producer.getInputs().begin(), producer.getInputs().end());
  SmallVector<Value> operands(external.begin(), external.end());
  SmallVector<Type> types = llvm::to_vector(llvm::concat<const Type>(llvm::to_vector(producer.getResultTypes()),
                                                                     llvm::to_vector(consumer.getResultTypes())));
  OpBuilder b(place);
  auto joined = b.create<PointsOp>(producer.getLoc(), types, operands, producer.getSamples(), producer.getSpaceAttr());
  SmallVector<Location> locs = llvm::map_to_vector(operands, [](Value v) { return v.getLoc(); });
  Block *body = b.createBlock(&joined.getBody(), {}, ValueRange(operands).getTypes(), locs);
  builder = &b;
  inner.map(operands, body->getArguments());
  SmallVector<Value> results;
  for (PointsOp region : {producer, consumer}) {
    Operation *end = region.getBody().front().getTerminator();
    for (Operation &op : region.getBody().front().without_terminator())
      insideOf(region, op.getResult(0));
    for (auto [outer, v] : llvm::zip(region.getResults(), end->getOperands())) {
      results.push_back(insideOf(region, v));
      inner.map(outer, results.back());
    }
  }
  b.create<YieldOp>(producer.getLoc(), results);

  producer.replaceAllUsesWith(joined.getResults().take_front(producer.getNumResults()));
  consumer.replaceAllUsesWith(joined.getResults().take_back(consumer.getNumResults()));
  Operation *after = joined;
  for (PointsOp follower : followers) {
    follower->moveAfter(after);
    after = follower;
  }
  consumer.erase();
  producer.erase();
  return joined;
}

//===- After it ----------------------------------------------------------------------------------------------------===//

/// Rebuilds a region without results that nobody reads, or that are yielded twice.
void dropResults(PointsOp region) {
  Operation *end = region.getBody().front().getTerminator();
  DenseMap<Value, Value> first;
  SmallVector<Value> kept, outer;
  for (auto [result, v] : llvm::zip(region.getResults(), end->getOperands())) {
    if (auto [it, isNew] = first.insert({v, result}); !isNew)
      result.replaceAllUsesWith(it->second);
  }
  for (auto [result, v] : llvm::zip(region.getResults(), end->getOperands()))
    if (!result.use_empty()) {
      outer.push_back(result);
      kept.push_back(v);
    }
  if (kept.size() == region.getNumResults())
    return;
  if (kept.empty())
    return region.erase();
  end->setOperands(kept);
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(region.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  llvm::BitVector unread(region.getNumOperands());
  for (BlockArgument argument : region.getBody().getArguments())
    unread[argument.getArgNumber()] = argument.use_empty();
  region.getBody().front().eraseArguments(unread);
  region->eraseOperands(unread);
  auto smaller = OpBuilder(region).create<PointsOp>(region.getLoc(), ValueRange(kept).getTypes(), region.getInputs(),
                                                    region.getSamples(), region.getSpaceAttr());
  smaller.getBody().takeBody(region.getBody());
  for (auto [old, result] : llvm::zip_equal(outer, smaller.getResults()))
    old.replaceAllUsesWith(result);
  region.erase();
}

struct FuseChannels : flex::impl::FuseChannelsBase<FuseChannels> {
  void runOnOperation() override {
    for (auto network : getOperation().getOps<NetworkOp>())
      run(network.getEntry());
  }

private:
  void run(Block &block) {
    bool changed = false;
    SmallVector<PointsOp> regions(block.getOps<PointsOp>());
    llvm::SmallPtrSet<Operation *, 16> gone;
    for (PointsOp consumer : regions) {
      if (gone.contains(consumer))
        continue;
      while (PointsOp joined = join(consumer, gone)) {
        consumer = joined;
        changed = true;
      }
    }
    if (!changed)
      return;
    regions = SmallVector<PointsOp>(block.getOps<PointsOp>());
    for (PointsOp region : llvm::reverse(regions))
      dropResults(region);
  }

  /// Joins a region with the last one before it that it can be joined with.
  PointsOp join(PointsOp consumer, llvm::SmallPtrSetImpl<Operation *> &gone) {
    if (isUniform(consumer) || !separateChannels(consumer))
      return {};
    for (PointsOp producer : producersOf(consumer)) {
      Joint joint(producer, consumer);
      if (!joint.isLegal())
        continue;
      gone.insert(producer);
      gone.insert(consumer);
      PointsOp joined = joint.build();
      IRRewriter rewriter(&getContext());
      DominanceInfo dominance;
      eliminateCommonSubExpressions(rewriter, dominance, joined);
      return joined;
    }
    return {};
  }

  /// Regions over points whose uniform results reach the consumer through uniform regions, the last one first.
  static SmallVector<PointsOp> producersOf(PointsOp consumer) {
    llvm::SetVector<Operation *> found;
    SmallVector<Value> pending(consumer.getInputs());
    llvm::DenseSet<Value> seen;
    while (!pending.empty()) {
      Value v = pending.pop_back_val();
      auto region = v.getDefiningOp<PointsOp>();
      if (!region || !fieldType(v).isUniform() || !seen.insert(v).second)
        continue;
      if (isUniform(region))
        llvm::append_range(pending, region.getInputs());
      else
        found.insert(region);
    }
    SmallVector<PointsOp> producers;
    for (Operation *op : found)
      producers.push_back(cast<PointsOp>(op));
    llvm::sort(producers, [](PointsOp a, PointsOp b) { return b->isBeforeInBlock(a); });
    return producers;
  }
};

} // namespace
