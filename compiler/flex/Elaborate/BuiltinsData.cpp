// Built-ins that name data sets. What a set holds is the runtime's business; here is what type it gives, and the clause
// that finds it again: a YAML flow map, {name: cifar10, augment: [{name: hflip}]}.
#include "flex/Elaborate/DataClause.h"

namespace flex::elab {

namespace {

/// Points of an axis, or of each: a positive integer, or a list of them. Returns those of the last axis, 0 if not given.
int64_t checkResize(Evaluator &e, const BuiltinCall &call, size_t port) {
  int64_t last = 0;
  if (!call.given[port])
    return last;
  const Value &value = call.values[port];
  for (const Value &points : value.list() ? *value.list() : List{value}) {
    last = e.integer(points, call.ranges[port], "a resolution");
    if (last <= 0)
      e.fail(call.ranges[port], "a resolution must be positive");
  }
  return last;
}

/// Images of one size, with a class each. The arguments `augment` and, behind it, `resize` begin at `port`.
Value classified(Evaluator &e, const BuiltinCall &call, size_t port, const std::string &yaml, int64_t channels,
                 int64_t classes, int64_t width) {
  checkAugmentations(e, call, port);
  const int64_t resized = checkResize(e, call, port + 1);
  Value value = dataSet(e, yaml, channels, 2, "label", perSample, classes, call.range);
  (*value.as<std::shared_ptr<DataSet>>())->width = resized ? resized : width;
  return value;
}

Value runCifar10(Evaluator &e, const BuiltinCall &call) {
  return classified(e, call, 0, clause(e, "cifar10", {"augment", "resize"}, call), 3, 10, 32);
}
Value runCifar100(Evaluator &e, const BuiltinCall &call) {
  const bool coarse = call.given[0] && *call.values[0].as<bool>();
  return classified(e, call, 1, clause(e, "cifar100", {"coarse", "augment", "resize"}, call), 3, coarse ? 20 : 100, 32);
}
Value runStl10(Evaluator &e, const BuiltinCall &call) {
  return classified(e, call, 0, clause(e, "stl10", {"augment", "resize"}, call), 3, 10, 96);
}
Value runImageNet(Evaluator &e, const BuiltinCall &call) {
  int64_t size = e.integer(call.values[0], call.ranges[0], "the size");
  if (size != 8 && size != 16 && size != 32 && size != 64)
    e.fail(call.ranges[0], "the downsampled ImageNet comes in sizes 8, 16, 32 and 64, not " + std::to_string(size));
  return classified(e, call, 1, clause(e, "imagenet", {"size", "augment", "resize"}, call), 3, 1000, size);
}
Value runMnist(Evaluator &e, const BuiltinCall &call) {
  return classified(e, call, 0, clause(e, "mnist", {"augment", "resize"}, call), 1, 10, 28);
}
Value runShapes(Evaluator &e, const BuiltinCall &call) {
  return classified(e, call, 3, clause(e, "shapes", {"train", "test", "noise", "augment", "resize"}, call), 3, 10, 32);
}

Value runImageFolder(Evaluator &e, const BuiltinCall &call) {
  enum { Folder, Channels, Classes, Mean, Std, Augment };
  int64_t channels = positive(e, call, Channels, "the number of channels");
  if (channels != 1 && channels != 3)
    e.fail(call.ranges[Channels], "images have 1 channel (grey) or 3 (colours), not " + std::to_string(channels));
  std::string yaml = clause(e, "image_folder", {"folder", "channels", "classes", "mean", "std", "augment", "resize"}, call);
  return classified(e, call, Augment, yaml, channels, positive(e, call, Classes, "the number of classes"), 0);
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

/// One picture: positions as inputs, values as targets.
Value picture(Evaluator &e, const BuiltinCall &call, const std::string &yaml, int64_t channels) {
  Type target{{channels}, true, spaceOf(2)};
  return dataSet(e, yaml, 2, 2, "y", target, 0, call.range);
}
Value runImage(Evaluator &e, const BuiltinCall &call) {
  return picture(e, call, clause(e, "image", {"file", "channels"}, call),
                 call.given[1] ? positive(e, call, 1, "the number of channels") : 3);
}
Value runPattern(Evaluator &e, const BuiltinCall &call) {
  auto *kind = call.values[0].as<std::string>();
  if (!kind || (*kind != "gabor" && *kind != "noise"))
    e.fail(call.ranges[0], "a pattern is \"gabor\" or \"noise\", not " + (kind ? "'" + *kind + "'" : e.describe(call.values[0])));
  return picture(e, call, clause(e, "pattern", {"kind", "size", "frequency", "seed"}, call), 1);
}

Value runPadCrop(Evaluator &e, const BuiltinCall &call) {
  int64_t pixels = e.integer(call.values[0], call.ranges[0], "the padding");
  if (pixels < 0)
    e.fail(call.ranges[0], "the padding must not be negative");
  return Described{Described::Augmentation, "{name: pad_crop, args: [" + std::to_string(pixels) + "]}"};
}

} // namespace

const std::vector<Builtin> &dataBuiltins() {
  static const BuiltinPort augment{"augment", Takes::List, true}, resize{"resize", Takes::Any, true};
  static const BuiltinPort train{"train", Takes::Int, true}, test{"test", Takes::Int, true};
  static const BuiltinPort mean{"mean", Takes::List, true}, deviation{"std", Takes::List, true};
  static const std::vector<Builtin> table{
      {"cifar10", {augment, resize}, runCifar10},
      {"cifar100", {{"coarse", Takes::Bool, true}, augment, resize}, runCifar100},
      {"stl10", {augment, resize}, runStl10},
      {"imagenet", {{"size", Takes::Int}, augment, resize}, runImageNet},
      {"mnist", {augment, resize}, runMnist},
      {"shapes", {train, test, {"noise", Takes::Constant, true}, augment, resize}, runShapes},
      {"image_folder",
       {{"folder"}, {"channels", Takes::Int}, {"classes", Takes::Int}, mean, deviation, augment, resize},
       runImageFolder},
      {"image", {{"file", Takes::Any, true}, {"channels", Takes::Int, true}}, runImage},
      {"pattern",
       {{"kind"}, {"size", Takes::Int, true}, {"frequency", Takes::Constant, true}, {"seed", Takes::Int, true}},
       runPattern},
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
        mean,
        deviation,
        augment,
        resize},
       runNpy},
      {"pad_crop", {{"pixels", Takes::Int}}, runPadCrop},
  };
  return table;
}

void declareBuiltins(Scope &scope) {
  for (const auto *table : {&mathBuiltins(), &reductionBuiltins(), &spaceBuiltins(), &bandBuiltins(), &dataBuiltins(),
                            &sequenceBuiltins(), &runBuiltins()})
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
