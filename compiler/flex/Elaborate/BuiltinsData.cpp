// Built-ins that name data sets. What a set holds is the runtime's business; here is what type it gives, and the clause
// that finds it again: a YAML flow map, {name: cifar10, augment: [{name: hflip}]}.
#include "flex/Elaborate/Builtins.h"

namespace flex::elab {

namespace {

std::string quoted(const std::string &text) {
  std::string out = "'";
  for (char c : text)
    out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string yaml(Evaluator &e, const Value &value, SourceRange range) {
  if (auto *number = value.as<Number>())
    return text(*number);
  if (auto *string = value.as<std::string>())
    return quoted(*string);
  if (auto *known = value.as<bool>())
    return *known ? "true" : "false";
  if (auto *described = value.as<Described>(); described && described->kind == Described::Augmentation)
    return described->yaml;
  if (auto *data = value.as<std::shared_ptr<DataSet>>())
    return (*data)->yaml;
  if (const List *list = value.list()) {
    std::string out = "[";
    for (const Value &item : *list)
      out += (out.size() > 1 ? ", " : "") + yaml(e, item, range);
    return out + "]";
  }
  e.fail(range, "a data set's arguments must be known at compile time, got " + e.describe(value));
}

/// The clause with those arguments that were given.
std::string clause(Evaluator &e, const std::string &name, const std::vector<std::string> &keys,
                   const BuiltinCall &call) {
  std::string out = "{name: " + name;
  for (size_t i = 0; i < keys.size(); ++i)
    if (call.given[i] && !keys[i].empty())
      out += ", " + keys[i] + ": " + yaml(e, call.values[i], call.ranges[i]);
  return out + "}";
}

void checkAugmentations(Evaluator &e, const BuiltinCall &call, size_t port) {
  if (!call.given[port])
    return;
  for (const Value &item : *call.values[port].list()) {
    auto *described = item.as<Described>();
    if (!described || described->kind != Described::Augmentation)
      e.fail(call.ranges[port], "expected augmentations such as pad_crop(4) or hflip, got " + e.describe(item));
  }
}

/// Points of an axis, or of each: a positive integer, or a list of them.
void checkResize(Evaluator &e, const BuiltinCall &call, size_t port) {
  if (!call.given[port])
    return;
  const Value &value = call.values[port];
  for (const Value &points : value.list() ? *value.list() : List{value})
    if (e.integer(points, call.ranges[port], "a resolution") <= 0)
      e.fail(call.ranges[port], "a resolution must be positive");
}

std::string spaceOf(int rank) { return rank == 2 ? "image" : "sequence"; }

/// A set of `channels` on a grid. `target` is the type of its targets, called `name`.
Value dataSet(Evaluator &e, std::string yaml, int64_t channels, int rank, const std::string &name, Type target,
              int64_t classes, SourceRange range) {
  std::string space = spaceOf(rank);
  e.addSpace(space, rank, Space::Data, range);
  auto set = std::make_shared<DataSet>();
  set->yaml = std::move(yaml);
  set->channels = channels;
  set->rank = rank;
  set->fields["x"] = Field{e.pool.leaf("input", "", Type{{channels}, true, space})};
  set->target = target;
  set->fields[name] = Field{e.pool.leaf("target", "", std::move(target))};
  if (classes > 0)
    set->fields["classes"] = Number(classes);
  return set;
}

const Type perSample{{}, true, ""};

Value runCifar10(Evaluator &e, const BuiltinCall &call) {
  checkAugmentations(e, call, 0);
  checkResize(e, call, 1);
  return dataSet(e, clause(e, "cifar10", {"augment", "resize"}, call), 3, 2, "label", perSample, 10, call.range);
}
Value runMnist(Evaluator &e, const BuiltinCall &call) {
  checkAugmentations(e, call, 0);
  checkResize(e, call, 1);
  return dataSet(e, clause(e, "mnist", {"augment", "resize"}, call), 1, 2, "label", perSample, 10, call.range);
}
Value runShapes(Evaluator &e, const BuiltinCall &call) {
  checkAugmentations(e, call, 3);
  checkResize(e, call, 4);
  std::string yaml = clause(e, "shapes", {"train", "test", "noise", "augment", "resize"}, call);
  return dataSet(e, yaml, 3, 2, "label", perSample, 10, call.range);
}

Value runSequential(Evaluator &e, const BuiltinCall &call) {
  const DataSet &images = **call.values[0].as<std::shared_ptr<DataSet>>();
  if (images.rank != 2)
    e.fail(call.ranges[0],
           "'sequential' makes sequences of images, but this set has rank " + std::to_string(images.rank));
  if (!images.target.space.empty())
    e.fail(call.ranges[0], "'sequential' needs one answer for each image, but this set has one at each point");
  e.addSpace(spaceOf(1), 1, Space::Data, call.range);
  auto set = std::make_shared<DataSet>(images);
  set->rank = 1;
  set->yaml = "{name: sequential, images: " + images.yaml + "}";
  set->fields["x"] = Field{e.pool.leaf("input", "", Type{{images.channels}, true, spaceOf(1)})};
  return set;
}

Value runAdding(Evaluator &e, const BuiltinCall &call) {
  std::string yaml = clause(e, "adding", {"steps", "train", "test"}, call);
  return dataSet(e, yaml, 2, 1, "y", Type{{1}, true, ""}, 0, call.range);
}
Value runCopyMemory(Evaluator &e, const BuiltinCall &call) {
  std::string yaml = clause(e, "copy_memory", {"steps", "train", "test"}, call);
  return dataSet(e, yaml, 1, 1, "y", Type{{}, true, spaceOf(1)}, 10, call.range);
}

/// One's own arrays. Their channels and rank have to be stated: shapes are known before the files are read, which may
/// be named when the program runs.
Value runNpy(Evaluator &e, const BuiltinCall &call) {
  enum { X, Y, Channels, Rank, Classes, Targets, EachPoint, TestX, TestY, Mean, Std, Augment, Resize };
  checkAugmentations(e, call, Augment);
  checkResize(e, call, Resize);
  int64_t channels = e.integer(call.values[Channels], call.ranges[Channels], "channels");
  int64_t rank = e.integer(call.values[Rank], call.ranges[Rank], "rank");
  if (channels <= 0 || (rank != 1 && rank != 2))
    e.fail(call.range, "'npy' needs positive channels and a rank of 1 (sequences) or 2 (images)");
  if (call.given[Classes] == call.given[Targets])
    e.fail(call.range,
           "'npy' needs either `classes` (class numbers as targets) or `targets` (reals, so many per sample)");
  size_t given = call.given[Classes] ? Classes : Targets;
  int64_t count = e.integer(call.values[given], call.ranges[given], "the number of classes or targets");
  if (count <= 0)
    e.fail(call.ranges[given], "the number of classes or targets must be positive");
  bool eachPoint = call.given[EachPoint] && *call.values[EachPoint].as<bool>();
  if (eachPoint && call.given[Augment] && !call.values[Augment].list()->empty())
    e.fail(call.ranges[Augment], "augmentations move points, but this set has a target at each of them");
  std::string yaml =
      clause(e, "npy", {"x", "y", "", "", "classes", "", "", "test_x", "test_y", "mean", "std", "augment",
                            "resize"}, call);
  Type target{{}, true, eachPoint ? spaceOf(int(rank)) : ""};
  if (given == Targets)
    target.shape = {count};
  return dataSet(e, yaml, channels, int(rank), given == Classes ? "label" : "y", target, given == Classes ? count : 0,
                 call.range);
}

Value runPadCrop(Evaluator &e, const BuiltinCall &call) {
  int64_t pixels = e.integer(call.values[0], call.ranges[0], "the padding");
  if (pixels < 0)
    e.fail(call.ranges[0], "the padding must not be negative");
  return Described{Described::Augmentation, "{name: pad_crop, args: [" + std::to_string(pixels) + "]}"};
}

Value runBest(Evaluator &e, const BuiltinCall &call) {
  for (const char *slot : {"metric", "loss"}) {
    auto found = e.slots.find({slot, ""});
    auto *value = call.values[0].as<Field>();
    auto *held = found == e.slots.end() ? nullptr : found->second.value.as<Field>();
    if (value && held && value->id == held->id)
      return Described{Described::Keep, std::string("{best: ") + slot + "}"};
  }
  e.fail(call.ranges[0], "`best` takes the slot `loss` or `metric`, which must be assigned before");
}

Value runEvaluate(Evaluator &, const BuiltinCall &call) {
  return Evaluation{*call.values[0].as<std::shared_ptr<DataSet>>()};
}

} // namespace

const std::vector<Builtin> &dataBuiltins() {
  static const BuiltinPort augment{"augment", Takes::List, true}, resize{"resize", Takes::Any, true};
  static const BuiltinPort train{"train", Takes::Int, true}, test{"test", Takes::Int, true};
  static const std::vector<Builtin> table{
      {"cifar10", {augment, resize}, runCifar10},
      {"mnist", {augment, resize}, runMnist},
      {"shapes", {train, test, {"noise", Takes::Constant, true}, augment, resize}, runShapes},
      {"sequential", {{"images", Takes::Data}}, runSequential},
      {"adding", {{"steps", Takes::Int}, train, test}, runAdding},
      {"copy_memory", {{"steps", Takes::Int}, train, test}, runCopyMemory},
      {"npy",
       {{"x", Takes::Any, true},
        {"y", Takes::Any, true},
        {"channels", Takes::Int},
        {"rank", Takes::Int},
        {"classes", Takes::Int, true},
        {"targets", Takes::Int, true},
        {"each_point", Takes::Bool, true},
        {"test_x", Takes::Any, true},
        {"test_y", Takes::Any, true},
        {"mean", Takes::List, true},
        {"std", Takes::List, true},
        augment,
        resize},
       runNpy},
      {"pad_crop", {{"pixels", Takes::Int}}, runPadCrop},
      {"best", {{"of"}}, runBest},
      {"Evaluate", {{"data", Takes::Data}}, runEvaluate},
  };
  return table;
}

void declareBuiltins(Scope &scope) {
  for (const auto *table : {&mathBuiltins(), &reductionBuiltins(), &spaceBuiltins(), &bandBuiltins(), &dataBuiltins()})
    for (const Builtin &builtin : *table) {
      Callable callable;
      callable.builtin = &builtin;
      scope.names[builtin.name] = {callable, {}, false};
    }
  scope.names["pi"] = {Number(3.14159265358979323846), {}, false};
  scope.names["samples"] = {Axis::Samples, {}, false};
  scope.names["space"] = {Axis::Space, {}, false};
  scope.names["channels"] = {Axis::Channels, {}, false};
  scope.names["hflip"] = {Described{Described::Augmentation, "{name: hflip}"}, {}, false};
  for (ast::Role role : {ast::Role::Kernel, ast::Role::Mask, ast::Role::Block, ast::Role::Network})
    scope.names[ast::name(role)] = {RoleName{role}, {}, false};
}

/// What later versions will have, so that its absence is not taken for a slip of the keyboard.
static const char *const laterNames[] = {"kodak", "Evaluate"};

bool isLater(const std::string &name) {
  for (const char *later : laterNames)
    if (name == later)
      return true;
  return false;
}

} // namespace flex::elab
