// Decides what is stored and which region computes it; see FusionPlan.h and the rules in FusePoints.cpp.
#include "flex/Transforms/FusionPlan.h"

#include "flex/Analysis/Cost.h"

using namespace mlir;
using namespace flex;

/// A shared value that loads this many fields over its domain is stored: one more store and load is less traffic.
static constexpr int64_t kManyFields = 3;
/// So is one that costs this many lane operations a channel (a store and a load take about as long as sixty on AVX-512),
static constexpr int64_t kManyFlops = 64;
/// or holds a product with a matrix of this many inputs: it also reads that many channels for each that it writes.
static constexpr int64_t kManyInputs = 8;

//===- Kinds of ops ------------------------------------------------------------------------------------------------===//

bool flex::isCall(Operation *op) {
  return isa<CorrelationOpInterface, DrawOp, CropOp, CountOp, RateOp, NyquistOp, RelayoutOp, SubsampleOp, SpreadOp, ToTapsOp,
             FromTapsOp, PointsOp, YieldOp>(op) ||
         op->getDialect() != op->getContext()->getLoadedDialect<FlexDialect>();
}

bool flex::isCopy(Operation *op) {
  return isa<ConstantOp, PositionsOp, ReshapeOp, ExtractOp, StackOp, BroadcastOp>(op);
}

Domain flex::domainOf(Operation *op) {
  return Domain::of(fieldType(isReduction(op) ? op->getOperand(0) : op->getResult(0)));
}

static bool isExpensiveProduct(Operation *op) {
  if (auto linear = dyn_cast<LinearOp>(op))
    return fieldType(linear.getInput()).getNumChannels() >= kManyInputs;
  if (auto linear = dyn_cast<LinearTransposedOp>(op))
    return fieldType(linear.getGradient()).getNumChannels() >= kManyInputs;
  return false;
}

/// Reads its operand from memory, wherever that was computed.
static bool readsStored(Operation *op) { return isCall(op) || isa<LastOp>(op); }

/// A sum over samples that keeps the space. It is computed row by row, where nothing can mix channels.
static bool keepsSpace(Operation *op) { return isReduction(op) && fieldType(op->getResult(0)).getSpace(); }

/// Ops that read `op`'s result as it is or through copies; a copy that is itself stored is a reader.
static void collectReaders(Operation *op, llvm::SetVector<Operation *> &readers) {
  for (Operation *user : op->getUsers()) {
    if (!isCopy(user) || llvm::any_of(user->getUsers(), readsStored))
      readers.insert(user);
    if (isCopy(user))
      collectReaders(user, readers);
  }
}

//===- What is stored ----------------------------------------------------------------------------------------------===//

bool FusionPlan::mustStore(Operation *op) const {
  if (isReduction(op) || llvm::any_of(op->getUsers(), readsStored))
    return true;
  if (llvm::any_of(op->getUsers(), keepsSpace) && llvm::any_of(coneOf(op).ops, mixesChannels))
    return true;
  if (isCopy(op))
    return false;
  Domain domain = domainOf(op);
  llvm::SetVector<Operation *> readers;
  collectReaders(op, readers);
  // A uniform value is computed once, which takes no storing if it has one reader.
  if (domain.isUniform() && readers.size() > 1)
    return true;
  return llvm::any_of(readers, [&](Operation *reader) { return isCall(reader) || domainOf(reader) != domain; });
}

bool FusionPlan::worthStoring(Operation *op) const {
  Domain domain = domainOf(op);
  if (!domain.samples || isCopy(op))
    return false;
  // With one reader only, the question is put to that one.
  llvm::SetVector<Operation *> readers;
  collectReaders(op, readers);
  if (readers.size() < 2)
    return false;
  Cone cone = coneOf(op);
  int64_t fields = llvm::count_if(cone.leaves, [&](Value leaf) {
    auto type = dyn_cast<FieldType>(leaf.getType());
    return type && Domain::of(type) == domain;
  });
  int64_t flops = 0;
  for (Operation *inner : cone.ops)
    flops += flopsPerPoint(inner) / fieldType(inner->getResult(0)).getNumChannels();
  return fields >= kManyFields || flops >= kManyFlops || llvm::any_of(cone.ops, isExpensiveProduct);
}

Cone FusionPlan::coneOf(Operation *op) const {
  Cone cone;
  SmallVector<Operation *> pending = {op};
  while (!pending.empty()) {
    Operation *next = pending.pop_back_val();
    if (!cone.ops.insert(next))
      continue;
    for (Value operand : next->getOperands()) {
      Operation *from = operand.getDefiningOp();
      if (!from || isCall(from) || storedOps.contains(from))
        cone.leaves.insert(operand);
      else
        pending.push_back(from);
    }
  }
  return cone;
}

//===- Which region ------------------------------------------------------------------------------------------------===//

FusionPlan::FusionPlan(Block &block) {
  for (Operation &op : block)
    if (!isCall(&op) && (mustStore(&op) || worthStoring(&op)))
      storedOps.insert(&op);
  for (Operation &op : block) {
    // Uniform values wait until they are wanted: so more of them come together.
    if (isCall(&op))
      placeCall(&op);
    else if (storedOps.contains(&op) && !domainOf(&op).isUniform())
      placeStored(&op);
  }
}

void FusionPlan::placeCall(Operation *call) {
  for (Value operand : call->getOperands()) {
    Operation *from = operand.getDefiningOp();
    if (!from || isCall(from))
      continue;
    placeStored(from);
    escaping.insert(from);
  }
  groupOf[call] = groups.size();
  groups.emplace_back().call = call;
}

size_t FusionPlan::earliestGroup(Domain domain, const Cone &cone) const {
  size_t earliest = 0;
  for (Value leaf : cone.leaves) {
    Operation *from = leaf.getDefiningOp();
    if (!from)
      continue;
    // A field over the domain can be used where it is computed; all else is complete only behind its group.
    bool sameLoop = !isCall(from) && !isReduction(from) && domainOf(from) == domain;
    earliest = std::max(earliest, groupOf.at(from) + (sameLoop ? 0 : 1));
  }
  return earliest;
}

/// Whether the region of `group` may compute `own`, too, as far as kind and traffic go.
static bool joins(const FusionPlan::Group &own, const FusionPlan::Group &group) {
  if (group.call || group.domain != own.domain || group.kept != own.kept)
    return false;
  if (!own.domain.samples)
    return true;
  if (llvm::none_of(own.fields, [&](Value field) { return group.fields.contains(field); }))
    return false;
  // A loop that runs channel by channel is not made to hold all of them; one that holds them anyway takes what reads
  // its own values.
  if (!group.acrossChannels)
    return !own.acrossChannels && group.channels == own.channels;
  return own.acrossChannels ||
         llvm::any_of(own.fields, [&](Value field) { return group.stored.contains(field.getDefiningOp()); });
}

void FusionPlan::placeStored(Operation *op) {
  if (groupOf.contains(op))
    return;
  Cone cone = coneOf(op);
  for (Value leaf : cone.leaves)
    if (Operation *from = leaf.getDefiningOp(); from && !isCall(from))
      placeStored(from);

  Group own;
  own.domain = domainOf(op);
  if (isReduction(op))
    own.kept = Domain::of(fieldType(op->getResult(0)));
  own.acrossChannels = llvm::any_of(cone.ops, mixesChannels);
  own.channels = fieldType(op->getResult(0)).getNumChannels();
  if (!isReduction(op))
    own.fields.insert(op->getResult(0));
  for (Value leaf : cone.leaves)
    if (auto type = dyn_cast<FieldType>(leaf.getType()); type && Domain::of(type) == own.domain)
      own.fields.insert(leaf);

  size_t index = earliestGroup(own.domain, cone);
  while (index < groups.size() && !joins(own, groups[index]))
    ++index;
  if (index == groups.size())
    groups.push_back(own);
  Group &group = groups[index];
  group.stored.insert(op);
  group.ops.insert(cone.ops.begin(), cone.ops.end());
  group.fields.insert(own.fields.begin(), own.fields.end());
  groupOf[op] = index;
  for (Value leaf : cone.leaves)
    if (Operation *from = leaf.getDefiningOp(); from && !isCall(from) && groupOf.at(from) != index)
      escaping.insert(from);
}
