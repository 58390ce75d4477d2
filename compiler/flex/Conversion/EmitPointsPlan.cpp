// Plans the work on a region.
//
// Steps (matrix products, long sums over channels, outer products) read and write memory; everything else is computed
// where it is needed. A value's *stage* is the number of steps that come before it. All pointwise values of one stage
// with the same number of channels share one loop over channels. A value is stored if a step reads it, if it is a
// result, or if several loops need it and it costs more than a load to compute again.
#include "flex/Conversion/EmitPointsPlan.h"

#include "flex/Analysis/Channels.h"
#include "flex/Conversion/PointsCall.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace flex;

Value flex::stripReshapes(Value v) {
  while (auto reshape = v.getDefiningOp<ReshapeOp>())
    v = reshape.getOperand();
  return v;
}

static int64_t channels(Value v) { return fieldType(v).getNumChannels(); }

bool flex::isDomainSum(Operation *op) {
  auto sum = dyn_cast<SumOp>(op);
  return sum && (sum.getSamples() || sum.getSpace());
}

bool flex::isStep(Operation *op) {
  if (auto linear = dyn_cast<LinearOp>(op))
    return channels(linear.getInput()) > kInlineTerms;
  if (auto linear = dyn_cast<LinearTransposedOp>(op))
    return channels(linear.getGradient()) > kInlineTerms;
  if (isa<OuterOp>(op))
    return true;
  if (isa<ArgMaxOp, ChannelMaxOp>(op) || (isa<SumOp>(op) && !isDomainSum(op)))
    return channels(op->getOperand(0)) > kInlineTerms * channels(op->getResult(0));
  return false;
}

static bool isMadeByStep(Value v) { return v.getDefiningOp() && isStep(v.getDefiningOp()); }

//===- Facts -------------------------------------------------------------------------------------------------------===//

static FieldType domainOf(PointsOp region) {
  for (Operation &op : region.getBody().front().without_terminator())
    for (Type type : op.getResultTypes())
      return FieldType::get({}, cast<FieldType>(type).getElementType(), region.getSamples(),
                            region.getSpaceAttr() ? region.getSpaceAttr().getAttr() : StringAttr());
  auto type = cast<FieldType>(region.getResultTypes().front());
  return FieldType::get({}, type.getElementType(), region.getSamples(),
                        region.getSpaceAttr() ? region.getSpaceAttr().getAttr() : StringAttr());
}

static int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

PointsPlan::PointsPlan(PointsOp region, int64_t vectorBits)
    : region(region), domain(domainOf(region)), block(&region.getBody().front()) {
  width = domain.isUniform() ? 1 : vectorBits / element().getWidth();
  mixes = llvm::any_of(region.getBody().front(), [](Operation &op) { return isStep(&op); });
  findPhases();
  constexpr int64_t kLine = 16; // partials of chunks begin on lines of their own
  for (Value yielded : region.getBody().front().getTerminator()->getOperands()) {
    Value v = stripReshapes(yielded);
    Result result{Kind::Field, v, {}, {}, channels(v)};
    Operation *op = v.getDefiningOp();
    if (auto outer = dyn_cast_or_null<OuterOp>(op)) {
      result.kind = Kind::Outer;
      result.outer = outer;
      int64_t rows = channels(outer.getGradient());
      result.partial = sumsOverPoints(outer) ? channels(v) * width : rows * paddedColumns(outer);
    } else if (op && isDomainSum(op)) {
      result.sum = cast<SumOp>(op);
      result.root = result.sum.getOperand();
      FieldType kept = fieldType(v);
      result.kind = kept.isUniform() ? Kind::Sum : kept.getSamples() ? Kind::SpaceSum : Kind::SampleSum;
      // With phases, a chunk has all points of its channels.
      if (result.kind == Kind::Sum && phases == 1)
        result.partial = mixes ? channels(v) * width : channels(v);
    } else if (fieldType(v).isUniform() && !domain.isUniform()) {
      result.kind = Kind::Channel;
    }
    result.partial = roundUp(result.partial, kLine);
    results.push_back(result);
  }
  findCarried();
}

void PointsPlan::findPhases() {
  for (Operation &op : body().without_terminator()) {
    int64_t phase = 0;
    for (Value operand : op.getOperands())
      phase = std::max(phase, phaseOf(operand));
    phaseOfValue[op.getResult(0)] = isDomainSum(&op) ? phase + 1 : phase;
    if (!fieldType(op.getResult(0)).isUniform() || isDomainSum(&op))
      phases = std::max(phases, phase + 1);
  }
}

/// Everything over the domain that `roots` are computed from, up to what `isKnown`.
static llvm::SetVector<Value> coneOf(ArrayRef<Value> roots, llvm::function_ref<bool(Value)> isKnown) {
  llvm::SetVector<Value> cone;
  SmallVector<Value> pending(roots);
  while (!pending.empty()) {
    Value v = pending.pop_back_val();
    auto type = dyn_cast<FieldType>(v.getType());
    if (!type || type.isUniform() || isKnown(v) || !cone.insert(v) || !v.getDefiningOp())
      continue;
    llvm::append_range(pending, v.getDefiningOp()->getOperands());
  }
  return cone;
}

void PointsPlan::findCarried() {
  constexpr int64_t kDearerThanMemory = 15;
  auto isStored = [&](Value v) {
    return llvm::any_of(results, [&](const Result &r) { return r.kind == Kind::Field && r.root == v; });
  };
  for (auto [number, result] : llvm::enumerate(results)) {
    int64_t last = phaseOf(result.root), most = kDearerThanMemory;
    if (result.kind != Kind::Field || last == 0)
      continue;
    // What the phase before works on, and this one would compute again.
    SmallVector<Value> summed;
    for (Operation &op : body().without_terminator())
      if (isDomainSum(&op) && phaseOf(op.getOperand(0)) == last - 1)
        summed.push_back(op.getOperand(0));
    auto none = [](Value) { return false; };
    llvm::SetVector<Value> before = coneOf(summed, none);
    llvm::SetVector<Value> again = coneOf(llvm::to_vector(result.root.getDefiningOp()->getOperands()), isStored);
    Value best;
    for (Value v : again) {
      if (!v.getDefiningOp() || v.getType() != result.root.getType() || !before.contains(v))
        continue;
      int64_t cost = 0;
      for (Value part : coneOf(v, isStored))
        cost += part.getDefiningOp() ? costPerElement(part.getDefiningOp()) : 0;
      if (cost > most)
        best = v, most = cost;
    }
    if (best)
      carried.push_back({best, last - 1, unsigned(number)});
  }
}

/// The last phase that reads each operand; what an earlier phase stored is read from there.
llvm::DenseMap<Value, int64_t> PointsPlan::lastReads() const {
  const PointsPlan &plan = *this;
  llvm::DenseMap<Value, int64_t> last;
  llvm::DenseMap<Value, int64_t> storedIn;
  for (const Carried &c : carried)
    storedIn[c.value] = c.phase;
  for (const PointsPlan::Result &result : plan.results)
    if (result.kind == PointsPlan::Kind::Field)
      storedIn[result.root] = plan.phaseOf(result.root);
  SmallVector<std::pair<Value, int64_t>> pending; // a value, and the phase that computes it
  for (const PointsPlan::Result &result : plan.results)
    pending.push_back({result.root, plan.phaseOf(result.root)});
  for (Operation &op : plan.body().without_terminator())
    if (isDomainSum(&op))
      pending.push_back({op.getOperand(0), plan.phaseOf(op.getOperand(0))});
  llvm::DenseSet<std::pair<Value, int64_t>> seen;
  while (!pending.empty()) {
    auto [v, phase] = pending.pop_back_val();
    if (!seen.insert({v, phase}).second)
      continue;
    Operation *op = v.getDefiningOp();
    if (!op)
      last[v] = std::max(last.lookup(v), phase);
    else if (auto it = storedIn.find(v); !isDomainSum(op) && (it == storedIn.end() || it->second >= phase))
      for (Value operand : op->getOperands())
        pending.push_back({operand, phase});
  }
  return last;
}

SmallVector<std::pair<unsigned, unsigned>> PointsPlan::inPlace() const {
  SmallVector<std::pair<unsigned, unsigned>> pairs;
  if (domain.isUniform() || !separateChannels(region))
    return pairs;
  auto last = lastReads();
  auto written = [&](unsigned result) {
    int64_t phase = phaseOf(results[result].root);
    for (const Carried &c : carried)
      if (c.result == result)
        phase = std::min(phase, c.phase);
    return phase;
  };
  for (auto [r, result] : llvm::enumerate(results))
    for (BlockArgument argument : body().getArguments())
      if (result.kind == Kind::Field && argument.getType() == result.root.getType() &&
          last.lookup(argument) <= written(r))
        pairs.push_back({unsigned(r), argument.getArgNumber()});
  return pairs;
}

int64_t PointsPlan::blockPoints() const {
  // Long enough for memory to be read ahead of, short enough for some hundred channels to stay in the near cache. Sums
  // over points of products are unrolled along a block.
  constexpr int64_t kLongBlock = 128;
  auto unrolled = [&](OuterOp outer) { return sumsOverPoints(outer); };
  if (hasRows() && llvm::none_of(body().getOps<OuterOp>(), unrolled))
    return kLongBlock;
  return domain.isUniform() ? 1 : std::max(kPointBlock, width);
}

bool PointsPlan::varies(Value v) const {
  auto type = fieldType(v);
  if (domain.isUniform())
    return true; // the one point is a place in the loops like any other
  return domain.getSamples() ? type.getSamples() : bool(type.getSpace());
}

bool PointsPlan::sumsOverPoints(OuterOp outer) const { return channels(outer.getInput()) < width; }
int64_t PointsPlan::paddedColumns(OuterOp outer) const { return roundUp(channels(outer.getInput()), width); }

int64_t flex::costPerElement(Operation *op) {
  if (isa<SinOp, CosOp, ExpOp, LogOp, TanhOp, PowOp, PositionsOp, BernoulliOp>(op))
    return 15;
  if (isa<DivOp, SqrtOp>(op))
    return 8;
  if (isa<ConstantOp, ReshapeOp, BroadcastOp, ExtractOp, StackOp, DetachOp, YieldOp>(op))
    return 0;
  if (auto linear = dyn_cast<LinearOp>(op))
    return 2 * channels(linear.getInput());
  if (auto linear = dyn_cast<LinearTransposedOp>(op))
    return 2 * channels(linear.getGradient());
  if (auto outer = dyn_cast<OuterOp>(op))
    return 2;
  if (isa<SumOp, ArgMaxOp, ChannelMaxOp>(op))
    return channels(op->getOperand(0)) / channels(op->getResult(0));
  return 1;
}

int64_t flex::costPerPoint(PointsOp region) {
  int64_t total = 0;
  bool uniform = !region.getSamples() && !region.getSpace();
  for (Operation &op : region.getBody().front().without_terminator())
    if (uniform || isReduction(&op) || !fieldType(op.getResult(0)).isUniform())
      total += costPerElement(&op) * channels(op.getResult(0));
  return total;
}

//===- Blocks ------------------------------------------------------------------------------------------------------===//

BlockPlan::BlockPlan(const PointsPlan &plan) : plan(plan) {
  computeStages();
  decideStores();
  gatherInputs();
  addMaskedCopies();
  orderEvents();
  findLastUses();
  assignRows();
}

void BlockPlan::computeStages() {
  int64_t number = 0;
  for (Operation &op : plan.body().without_terminator()) {
    int64_t stage = 0;
    for (Value operand : op.getOperands())
      stage = std::max(stage, stages.lookup(operand));
    numbers[&op] = ++number;
    stages[op.getResult(0)] = stage + (isStep(&op) ? 1 : 0);
  }
}

/// Operations that it takes to compute one element of `v` from what lies in memory.
int64_t BlockPlan::cost(Value v) {
  Operation *op = v.getDefiningOp();
  if (!op || isStep(op))
    return 1;
  if (fieldType(v).isUniform() && !plan.domain.isUniform())
    return 0;
  if (auto it = costs.find(v); it != costs.end())
    return it->second;
  int64_t terms = isa<SumOp>(op) ? channels(op->getOperand(0)) / channels(v) : 1, total = costPerElement(op);
  for (Value operand : op->getOperands())
    if (isa<FieldType>(operand.getType()))
      total += terms * cost(operand);
  return costs[v] = total;
}

/// Whether the step reads this operand from memory.
bool BlockPlan::isRead(Operation *step, OpOperand &operand) const {
  return isa<LinearOp, LinearTransposedOp, OuterOp>(step) && (plan.domain.isUniform() || !fieldType(operand.get()).isUniform());
}

void BlockPlan::decideStores() {
  constexpr int64_t kWorthStoring = 6;
  DenseSet<Value> isResult, needed; // in memory
  auto keyOf = [&](Value v) { return Key{stages.lookup(v), channels(v)}; };
  for (auto [i, result] : llvm::enumerate(plan.results)) {
    if (result.kind == PointsPlan::Kind::Outer)
      continue;
    Value v = result.root;
    Operation *op = v.getDefiningOp();
    bool first = result.kind == PointsPlan::Kind::Field && op && isResult.insert(v).second;
    if (first)
      places[v] = Place{.event = -1, .rows = channels(v), .result = int(i)};
    if (!first || !isStep(op))
      groups[keyOf(v)].tasks.push_back({Task::Result, v, unsigned(i)});
    sinks[v].push_back(keyOf(v));
  }
  for (Operation &op : llvm::reverse(plan.body().without_terminator())) {
    Value v = op.getResult(0);
    bool uniform = fieldType(v).isUniform() && !plan.domain.isUniform();
    bool stored = (isStep(&op) && !isa<OuterOp>(&op)) || needed.contains(v);
    SmallVector<Key> &wanted = sinks[v];
    for (OpOperand &use : v.getUses()) {
      Operation *user = use.getOwner();
      if (isa<YieldOp>(user) || isDomainSum(user))
        continue;
      if (isStep(user) && isRead(user, use)) {
        stored = true;
      } else if (isStep(user)) {
        wanted.push_back({stages.lookup(v), -numbers[user]});
      } else if (places.contains(user->getResult(0))) {
        wanted.push_back(keyOf(user->getResult(0)));
      } else {
        llvm::append_range(wanted, SmallVector<Key>(sinks[user->getResult(0)]));
      }
    }
    llvm::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    if (stored && isa<ReshapeOp>(op)) {
      needed.insert(op.getOperand(0));
      continue;
    }
    if (uniform || places.contains(v) || !(stored || (wanted.size() > 1 && cost(v) > kWorthStoring)))
      continue;
    places[v] = Place{.event = -1, .rows = channels(v)};
    if (!isStep(&op))
      groups[keyOf(v)].tasks.push_back({Task::Store, v});
  }
}

/// A product reads all channels of a few points: they are gathered in scratch memory, channel by channel.
void BlockPlan::gatherInputs() {
  if (!plan.hasRows())
    return;
  for (Operation &op : plan.body().without_terminator()) {
    if (!isStep(&op) || !isa<LinearOp, LinearTransposedOp>(op))
      continue;
    Value input = stripReshapes(op.getOperand(1));
    if (isa<BlockArgument>(input) && places.insert({input, Place{.event = -1, .rows = channels(input)}}).second)
      groups[{0, channels(input)}].tasks.push_back({Task::Store, input});
  }
}

/// Outer products sum over points: what stands in padding among the samples has to be zero.
void BlockPlan::addMaskedCopies() {
  if (!plan.domain.getSamples())
    return;
  for (OuterOp outer : plan.body().getOps<OuterOp>()) {
    for (Value operand : outer.getOperands()) {
      Value v = stripReshapes(operand);
      auto place = places.find(v);
      if (place != places.end() && !isMadeByStep(v) && place->second.result < 0) {
        place->second.masked = true;
      } else if (maskedCopies.insert({v, Place{.event = -1, .rows = channels(v), .masked = true}}).second) {
        groups[{stages.lookup(v), channels(v)}].tasks.push_back({Task::MaskedCopy, v});
      }
    }
  }
}

void BlockPlan::orderEvents() {
  int64_t last = 0;
  for (auto &[v, stage] : stages)
    last = std::max(last, stage);
  for (int64_t stage = 0; stage <= last; ++stage) {
    for (auto &[key, group] : groups) {
      if (key.first != stage)
        continue;
      group.channels = key.second;
      // Decided from the last op to the first; emit in the program's order.
      llvm::stable_sort(group.tasks, [&](const Task &a, const Task &b) {
        return numbers.lookup(a.value.getDefiningOp()) < numbers.lookup(b.value.getDefiningOp());
      });
      for (Task &task : group.tasks) {
        if (task.kind == Task::MaskedCopy)
          maskedCopies[task.value].event = events.size();
        else if (auto it = places.find(task.value); it != places.end() && it->second.event < 0 && !isMadeByStep(task.value))
          it->second.event = events.size();
      }
      events.push_back(group);
    }
    for (Operation &op : plan.body().without_terminator()) {
      if (!isStep(&op) || stages.lookup(op.getResult(0)) != stage + 1)
        continue;
      if (auto it = places.find(op.getResult(0)); it != places.end())
        it->second.event = events.size();
      if (auto outer = dyn_cast<OuterOp>(op); outer && !plan.sumsOverPoints(outer))
        transposed.insert({stripReshapes(outer.getInput()),
                           Place{.event = int64_t(events.size()), .rows = plan.paddedColumns(outer)}});
      events.emplace_back().step = &op;
    }
  }
}

/// Notes that `event` computes or loads `v`.
void BlockPlan::use(Value v, int64_t event, llvm::SmallPtrSetImpl<Operation *> &seen) {
  if (auto it = places.find(v); it != places.end() && it->second.event < event) {
    it->second.lastUse = event;
    return;
  }
  Operation *op = v.getDefiningOp();
  if (!op || !seen.insert(op).second)
    return;
  for (Value operand : op->getOperands())
    use(operand, event, seen);
}

void BlockPlan::findLastUses() {
  for (auto *map : {&places, &maskedCopies, &transposed})
    for (auto &[v, place] : *map)
      place.lastUse = place.event;
  for (auto [number, event] : llvm::enumerate(events)) {
    llvm::SmallPtrSet<Operation *, 32> seen;
    for (Task &task : event.tasks)
      use(task.value, number, seen);
    if (!event.step)
      continue;
    for (Value operand : event.step->getOperands()) {
      use(operand, number, seen);
      if (!isa<OuterOp>(event.step))
        continue;
      for (auto *map : {&maskedCopies, &transposed})
        if (auto it = map->find(stripReshapes(operand)); it != map->end())
          it->second.lastUse = number;
    }
  }
}

/// First fit, in the order of writing; rows are free again after their last use.
void BlockPlan::assignRows() {
  SmallVector<Place *> order, live;
  for (auto *map : {&places, &maskedCopies, &transposed})
    for (auto &[v, place] : *map)
      if (place.result < 0)
        order.push_back(&place);
  llvm::stable_sort(order, [](Place *a, Place *b) { return a->event < b->event; });
  for (Place *place : order) {
    llvm::erase_if(live, [&](Place *other) { return other->lastUse < place->event; });
    llvm::sort(live, [](Place *a, Place *b) { return a->offset < b->offset; });
    int64_t offset = 0;
    for (Place *other : live) {
      if (offset + place->rows <= other->offset)
        break;
      offset = std::max(offset, other->offset + other->rows);
    }
    place->offset = offset;
    live.push_back(place);
    scratchRows = std::max(scratchRows, offset + place->rows);
  }
}
