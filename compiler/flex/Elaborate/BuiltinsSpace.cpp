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
    e.claim(Claim::Extent, mask, mask.extent->range, e.field(level, range), box);
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

/// The space of the grid of taps that the present instance owns.
std::string enterTaps(Evaluator &e, const BuiltinCall &call, int rank) {
  std::string owner = e.currentOwner()->path(), space = owner + (owner.empty() ? "" : ".") + "taps";
  e.addSpace(space, rank, Space::Taps, call.range);
  return space;
}

/// Decides the grid's size, once: `key` says what it follows from.
void enterCrop(Evaluator &e, const BuiltinCall &call, const std::string &space, const std::string &key,
               std::vector<ValueId> box, std::map<std::string, Attribute> attributes) {
  if (auto [place, isNew] = e.tapsGrids.try_emplace(space, key); !isNew && place->second != key)
    e.fail(call.range, "two different grids of taps in one instance", "one block, one grid: make a block of each");
  attributes["space"] = space;
  e.pool.crop(space, e.pool.add("crop", std::move(box), {}, std::move(attributes)));
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
  bool compat = call.given[4] && *call.values[4].as<bool>();
  if (compat && !causal)
    e.fail(call.ranges[4], "`compat` changes which points a causal grid keeps: this one is not causal");
  std::string space = enterTaps(e, call, rank);
  ValueId positions = e.pool.add("positions", {}, Type{{rank}, false, space}, {{"space", space}});
  std::vector<ValueId> box;
  if (call.given[2]) {
    Instance &mask = **call.values[2].as<Instance *>();
    Arg at;
    at.range = call.range;
    at.value = Field{positions};
    box = boxOf(e, mask, e.apply(mask, {at}, call.ranges[2]), rank, call.ranges[2]);
  }
  std::map<std::string, Attribute> attributes{{"of", data.space}, {"points", points}};
  if (causal)
    attributes["causal"] = true;
  if (compat && !box.empty())
    attributes["keep_late"] = true;
  enterCrop(e, call, space, gridKey(data.space, points, causal, box), box, attributes);
  return Field{positions};
}

/// Whole numbers around 0: a grid that is as large as a value says, whatever the size of the data.
Value runPixels(Evaluator &e, const BuiltinCall &call) {
  const Type data = e.pool.type(e.field(call.values[0], call.ranges[0]));
  if (data.space.empty())
    e.fail(call.ranges[0], "pixels are those of a kernel over a grid, but " + text(data) + " has no grid");
  ValueId reach = e.field(call.values[1], call.ranges[1]);
  int rank = e.rankOf(data);
  const Type type = e.pool.type(reach);
  if (type.samples || !type.space.empty() || (elementCount(type.shape) != 1 && type.shape != std::vector<int64_t>{rank}))
    e.fail(call.ranges[1], "a reach is one number, or one per axis, that follows from parameters and settings; got " +
                               text(type));
  std::string space = enterTaps(e, call, rank);
  ValueId positions = e.pool.add("positions", {}, Type{{rank}, false, space}, {{"space", space}, {"pixels", true}});
  enterCrop(e, call, space, data.space + " reach %" + std::to_string(reach), {reach}, {{"of", data.space}});
  return Field{positions};
}

int64_t positiveInteger(Evaluator &e, const BuiltinCall &call, size_t port, const char *what) {
  if (!call.given[port])
    return 1;
  int64_t value = e.integer(call.values[port], call.ranges[port], what);
  if (value < 1)
    e.fail(call.ranges[port], std::string(what) + " must be positive");
  return value;
}

/// The last axis of a parameter as the points of a grid.
Value runTaps(Evaluator &e, const BuiltinCall &call) {
  ValueId weight = e.field(call.values[0], call.ranges[0]);
  const Type flat = e.pool.type(weight), data = e.pool.type(e.field(call.values[1], call.ranges[1]));
  int64_t dilation = positiveInteger(e, call, 2, "the dilation");
  if (data.space.empty())
    e.fail(call.ranges[1], "taps are those of a convolution over a grid, but " + text(data) + " has no grid");
  if (flat.shape.empty() || flat.samples || !flat.space.empty())
    e.fail(call.ranges[0], "taps are given as a parameter whose last axis holds them, got " + text(flat));
  int rank = e.rankOf(data);
  int64_t entries = flat.shape.back(), size = 1;
  auto power = [&](int64_t base) {
    int64_t result = 1;
    for (int axis = 0; axis < rank && result <= entries; ++axis)
      result *= base;
    return result;
  };
  while (power(size) < entries)
    ++size;
  if (power(size) != entries)
    e.fail(call.ranges[0], std::to_string(entries) + " taps are no grid of rank " + std::to_string(rank),
           "the last axis has size ^ rank entries");
  std::string space = enterTaps(e, call, rank);
  SizeExpr points{{{'c', (size - 1) * dilation + 1}}};
  enterCrop(e, call, space, gridKey(data.space, points, false, {}), {}, {{"of", data.space}, {"points", points}});
  Type type{flat.shape, false, space};
  type.shape.pop_back();
  return Field{e.pool.add("to_taps", {weight}, type, {{"dilation", dilation}})};
}

/// Every stride-th point: data on a space of its own.
Value runSubsample(Evaluator &e, const BuiltinCall &call) {
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Type type = e.pool.type(operand);
  int64_t stride = positiveInteger(e, call, 1, "the stride");
  if (!type.samples || type.space.empty())
    e.fail(call.ranges[0], "`subsample` takes points of a grid, for each sample; got " + text(type));
  if (stride == 1)
    return call.values[0];
  std::string of = type.space;
  type.space = of + ".by" + std::to_string(stride);
  e.addSpace(type.space, e.rankOf(e.pool.type(operand)), Space::Data, call.range);
  SizeExpr points{{{'n', 0}, {'c', stride - 1}, {'+', 0}, {'c', stride}, {'/', 0}}};
  std::map<std::string, Attribute> attributes{{"space", type.space}, {"of", of}, {"points", points}};
  e.pool.crop(type.space, e.pool.add("crop", {}, {}, attributes));
  return Field{e.pool.add("subsample", {operand}, type, {{"stride", stride}})};
}

/// Zero channels on both sides: a product with the matrix that selects the others.
Value runPad(Evaluator &e, const BuiltinCall &call) {
  ValueId operand = e.field(call.values[0], call.ranges[0]);
  Type type = e.pool.type(operand);
  int64_t more = e.integer(call.values[1], call.ranges[1], "the number of channels on each side");
  if (type.shape.size() != 1)
    e.fail(call.ranges[0], "`pad` takes one channel axis, got " + text(type));
  if (more < 0 || more > (1 << 16))
    e.fail(call.ranges[1], "the number of channels on each side must be between 0 and 65536");
  if (more == 0)
    return call.values[0];
  int64_t in = type.shape[0], out = in + 2 * more;
  std::vector<double> select(size_t(in * out), 0);
  for (int64_t c = 0; c < in; ++c)
    select[size_t((more + c) * in + c)] = 1;
  ValueId matrix = e.pool.add("reshape", {e.pool.constant(std::move(select))}, Type{{out, in}});
  type.shape[0] = out;
  return Field{e.pool.add("linear", {matrix, operand}, type)};
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

Value runBox(Evaluator &e, const BuiltinCall &call) {
  ExtentRule rule{std::nullopt, std::make_shared<Value>(call.values[0]), std::make_shared<Value>(call.values[1])};
  if (call.given[2])
    rule.outside = call.values[2].as<Number>()->value;
  if (rule.outside <= 0)
    e.fail(call.ranges[2], "a level must be positive");
  return rule;
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
    e.fail(call.range, e.describe(call.values[1]) + " contains no " +
                           (role ? std::string(ast::name(role->role)) : "'" + block->decl->name.text + "'"),
           role && role->role == ast::Role::Kernel
               ? "kernels are functions of a position, sampled by layers such as FlexConv; taps that are parameters have none"
               : "");
  return found;
}

} // namespace

const std::vector<Builtin> &spaceBuiltins() {
  static const std::vector<Builtin> table{
      {"positions",
       {{"x", Takes::Real},
        {"points", Takes::Function},
        {"within", Takes::Instance, true},
        {"causal", Takes::Bool, true},
        {"compat", Takes::Bool, true}},
       runPositions},
      {"pixels", {{"x", Takes::Real}, {"reach", Takes::Real}}, runPixels},
      {"taps", {{"weight", Takes::Real}, {"x", Takes::Real}, {"dilation", Takes::Int, true}}, runTaps},
      {"subsample", {{"x", Takes::Real}, {"stride", Takes::Int}}, runSubsample},
      {"pad", {{"x", Takes::Real}, {"channels", Takes::Int}}, runPad},
      {"correlate", {{"x", Takes::Real}, {"taps", Takes::Real}, {"causal", Takes::Bool, true}}, runCorrelate},
      {"rate", {{"x", Takes::Real}}, runRate},
      {"last", {{"x", Takes::Real}}, runLast},
      {"level", {{"t", Takes::Constant}}, runLevel},
      {"box", {{"low", Takes::Real}, {"high", Takes::Real}, {"level", Takes::Constant, true}}, runBox},
      {"each", {{"of"}, {"net", Takes::Instance}}, runEach},
  };
  return table;
}

} // namespace flex::elab
