// Built-ins that know about points: grids of taps, correlation, the extent of masks; and those that look at instances.
#include "flex/Elaborate/Builtins.h"

namespace flex::elab {

namespace {

SizeExpr pointsOf(Evaluator &e, const BuiltinCall &call) {
  Arg size;
  size.range = call.ranges[1];
  size.value = Size{{{{'n', 0}}}};
  Value points = e.call(call.values[1], {size}, {}, call.ranges[1]);
  if (auto *expr = points.as<Size>())
    return expr->expr;
  int64_t fixed = e.integer(points, call.ranges[1], "the number of grid points");
  if (fixed <= 0)
    e.fail(call.ranges[1], "the number of grid points must be positive");
  return SizeExpr{{{'c', fixed}}};
}

/// The box where a mask lives: two vectors. None if it is the same everywhere.
std::vector<ValueId> boxOf(Evaluator &e, Instance &mask, const Value &level, int rank, SourceRange range) {
  Type corner{{rank}};
  if (mask.extent && mask.extent->level) {
    ValueId value = e.field(level, range);
    ValueId low = e.pool.add("extent", {value}, corner, {{"level", *mask.extent->level}});
    ValueId high = e.pool.add("result", {}, corner, {{"of", int64_t(low)}, {"index", int64_t(1)}});
    return {low, high};
  }
  if (mask.extent) {
    std::vector<ValueId> box;
    for (const auto &side : {mask.extent->low, mask.extent->high}) {
      ValueId value = e.field(*side, range, "a corner of a box");
      std::string why;
      std::optional<Type> type = broadcast(e.pool.type(value), corner, why);
      if (!type || *type != corner)
        e.fail(range, "a corner of a box must be one number or " + text(corner) + ", got " + text(e.pool.type(value)));
      box.push_back(e.pool.repeat(value, corner));
    }
    return box;
  }
  if (level.as<Number>())
    return {};
  e.fail(range, "the mask '" + mask.decl->name.text + "' does not say where it lives",
         "state it in its body: `extent level(0.1)` or `extent box(lo, hi)`");
}

std::string gridKey(const std::string &of, const SizeExpr &points, bool causal, const std::vector<ValueId> &box) {
  std::string key = of + (causal ? " causal" : "");
  for (const SizeExpr::Term &term : points.terms)
    key += std::string(" ") + term.op + std::to_string(term.value);
  for (ValueId corner : box)
    key += " %" + std::to_string(corner);
  return key;
}

Value runPositions(Evaluator &e, const BuiltinCall &call) {
  const Type data = e.pool.type(e.field(call.values[0], call.ranges[0]));
  int rank = e.rankOf(data);
  if (data.space.empty())
    e.fail(call.ranges[0], "positions are those of a kernel over a grid, but " + text(data) + " has no grid");
  SizeExpr points = pointsOf(e, call);
  bool causal = call.given[3] && *call.values[3].as<bool>();
  if (causal && rank != 1)
    e.fail(call.ranges[3], "only a grid of rank 1 can be causal, this one has rank " + std::to_string(rank));
  std::string owner = e.currentOwner()->path(), space = owner + (owner.empty() ? "" : ".") + "taps";
  e.addSpace(space, rank, Space::Taps, call.range);
  ValueId positions = e.pool.add("positions", {}, Type{{rank}, false, space}, {{"space", space}});
  std::vector<ValueId> box;
  if (call.given[2]) {
    Instance &mask = **call.values[2].as<Instance *>();
    Arg at;
    at.range = call.range;
    at.value = Field{positions};
    box = boxOf(e, mask, e.apply(mask, {at}, call.ranges[2]), rank, call.ranges[2]);
  }
  std::string key = gridKey(data.space, points, causal, box);
  if (auto [place, isNew] = e.tapsGrids.try_emplace(space, key); !isNew && place->second != key)
    e.fail(call.range, "two different grids of taps in one instance", "one block, one grid: make a block of each");
  std::map<std::string, Attribute> attributes{{"space", space}, {"of", data.space}, {"points", points}};
  if (causal)
    attributes["causal"] = true;
  e.pool.crop(space, e.pool.add("crop", box, {}, attributes));
  return Field{positions};
}

Value runCorrelate(Evaluator &e, const BuiltinCall &call) {
  ValueId input = e.field(call.values[0], call.ranges[0]), taps = e.field(call.values[1], call.ranges[1]);
  const Type x = e.pool.type(input), k = e.pool.type(taps);
  bool causal = call.given[2] && *call.values[2].as<bool>();
  if (x.shape.size() != 1 || !x.samples || x.space.empty())
    e.fail(call.ranges[0], "correlate needs channels at the points of a grid, for each sample; got " + text(x));
  if (k.shape.size() != 2 || k.samples || k.space.empty())
    e.fail(call.ranges[1], "taps are [out, in] at the points of a kernel's grid, got " + text(k));
  if (k.shape[1] != x.shape[0])
    e.fail(call.range, "taps " + text(Type{k.shape}) + " need " + std::to_string(k.shape[1]) +
                           " input channels, the input has " + std::to_string(x.shape[0]));
  if (e.rankOf(k) != e.rankOf(x))
    e.fail(call.range,
           "taps of rank " + std::to_string(e.rankOf(k)) + " on a grid of rank " + std::to_string(e.rankOf(x)));
  if (causal && e.rankOf(x) != 1)
    e.fail(call.ranges[2], "only a correlation of rank 1 can be causal");
  if (!causal && e.rankOf(x) == 1)
    e.fail(call.range, "a centred correlation of signals is not built yet", "pass `causal = true`");
  if (e.training)
    e.experiment.layers.push_back({e.currentOwner()->path(), k.space, k.shape[1], k.shape[0]});
  std::map<std::string, Attribute> attributes;
  if (causal)
    attributes["causal"] = true;
  return Field{e.pool.add("correlate", {input, taps}, Type{{k.shape[0]}, true, x.space}, attributes)};
}

Value runRate(Evaluator &e, const BuiltinCall &call) {
  const Type type = e.pool.type(e.field(call.values[0], call.ranges[0]));
  if (type.space.empty())
    e.fail(call.ranges[0], "a sampling rate is that of a grid, but " + text(type) + " has none");
  return Field{e.pool.add("rate", {}, {}, {{"space", type.space}})};
}

Value runLast(Evaluator &e, const BuiltinCall &call) {
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Type type = e.pool.type(operand);
  if (e.rankOf(type) != 1)
    e.fail(call.ranges[0], "only a sequence has a last step, got " + text(type));
  type.space.clear();
  return Field{e.pool.add("last", {operand}, type)};
}

Value runLevel(Evaluator &e, const BuiltinCall &call) {
  double level = call.values[0].as<Number>()->value;
  if (level <= 0)
    e.fail(call.ranges[0], "a level must be positive");
  return ExtentRule{level, nullptr, nullptr};
}

Value runBox(Evaluator &, const BuiltinCall &call) {
  return ExtentRule{std::nullopt, std::make_shared<Value>(call.values[0]), std::make_shared<Value>(call.values[1])};
}

//===----------------------------------------------------------------------===//
// Instances
//===----------------------------------------------------------------------===//

void walk(Instance &instance, const std::function<bool(const Instance &)> &test, List &found) {
  if (test(instance))
    found.push_back(&instance);
  for (const Instance::Child &child : instance.children)
    walk(*child.instance, test, found);
}

Value runEach(Evaluator &e, const BuiltinCall &call) {
  auto *role = call.values[0].as<RoleName>();
  auto *block = call.values[0].as<Callable>();
  if (!role && !(block && block->isTemplate()))
    e.fail(call.ranges[0], "`each` takes a block or a role such as `kernel`, not " + e.describe(call.values[0]));
  auto found = std::make_shared<List>();
  walk(
      **call.values[1].as<Instance *>(),
      [&](const Instance &i) { return role ? i.decl->role == role->role : i.decl == block->decl; }, *found);
  if (found->empty())
    e.fail(call.range, e.describe(call.values[1]) + " contains none of these");
  return found;
}

} // namespace

const std::vector<Builtin> &spaceBuiltins() {
  static const std::vector<Builtin> table{
      {"positions",
       {{"x", Takes::Real},
        {"points", Takes::Function},
        {"within", Takes::Instance, true},
        {"causal", Takes::Bool, true}},
       runPositions},
      {"correlate", {{"x", Takes::Real}, {"taps", Takes::Real}, {"causal", Takes::Bool, true}}, runCorrelate},
      {"rate", {{"x", Takes::Real}}, runRate},
      {"last", {{"x", Takes::Real}}, runLast},
      {"level", {{"t", Takes::Constant}}, runLevel},
      {"box", {{"low", Takes::Real}, {"high", Takes::Real}}, runBox},
      {"each", {{"of"}, {"net", Takes::Instance}}, runEach},
  };
  return table;
}

} // namespace flex::elab
