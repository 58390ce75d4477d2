// Trainings to functions: each is run for training and for inference, and its functions are cut out of the two pools.
#include "flex/Elaborate/Assembly.h"

#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

namespace {

/// What the runtime is told of an output or target.
std::string describe(const Type &type) {
  return "{channels: " + std::to_string(elementCount(type.shape)) +
         ", each_step: " + (type.space.empty() ? "false" : "true") + "}";
}

} // namespace

void Assembly::build() {
  experiment.name = decl.name.text;
  experiment.range = decl.name.range;
  try {
    train.run(decl, module);
  } catch (Failure) {
    definable = train.definable;
    defined = train.defined;
    throw;
  }
  definable = train.definable;
  defined = train.defined;
  checkClasses(*train.data, decl.name.range);
  infer.run(decl, module);
  experiment.network = train.network->decl->name.text;
  experiment.data = train.data->yaml;
  experiment.target = describe(train.data->target);
  experiment.input =
      "{channels: " + std::to_string(train.data->channels) + ", rank: " + std::to_string(train.data->rank) + "}";
  buildInitialise();
  buildTraining();
  buildInference();
  buildUpdates();
  buildRequire();
  experiment.claims = infer.claims();
  experiment.recipe = recipe();
  // Of the other stages' data, which were named on the way.
  const std::string own = train.pool.type(train.data->fields.at("x").as<Field>()->id).space;
  std::erase_if(experiment.spaces, [&](const Space &space) {
    return space.kind == Space::Data && space.name != own && !space.name.starts_with(own + ".");
  });
}

void Assembly::checkUse(const FoundPlan::Use &use) {
  if (!train.slots.count({use.scalar, ""}))
    train.fail(use.range, "the recipe of this stage assigns no `" + use.scalar + "`");
}

void Assembly::checkTest(const FoundPlan::Test &test) {
  if (test.data->channels != train.data->channels || test.data->rank != train.data->rank)
    train.fail(test.range, "the network was made for " + std::to_string(train.data->channels) + " channels on grid[" +
                               std::to_string(train.data->rank) + "], but this data has " +
                               std::to_string(test.data->channels) + " on grid[" + std::to_string(test.data->rank) + "]");
  checkClasses(*test.data, test.range);
}

/// A class number is one of the network's outputs.
void Assembly::checkClasses(const DataSet &data, SourceRange range) {
  auto classes = data.fields.find("classes");
  int64_t outputs = elementCount(train.pool.type(output(train)).shape);
  if (classes == data.fields.end() || classes->second.as<Number>()->integer() <= outputs)
    return;
  const ast::Decl &network = *train.network->decl;
  std::vector<std::string> arguments = namesOf(listOf(network.configuration));
  std::string count = text(*classes->second.as<Number>()), own;
  for (const char *name : {"classes", "out"})
    if (std::find(arguments.begin(), arguments.end(), name) != arguments.end())
      own = name;
  train.fail(range,
             "the data has " + count + " classes, but the network '" + network.name.text + "' has " +
                 std::to_string(outputs) + " outputs",
             own.empty() ? "" : "write " + network.name.text + "(..., " + own + " = " + count + ")");
}

void Assembly::emit(Evaluator &pass, const char *role, std::string name, std::vector<Result> results,
                    const std::map<ValueId, ValueId> &replaced) {
  Function function{role, std::move(name), {}, std::move(results)};
  pass.pool.extract(function, replaced);
  experiment.functions.push_back(std::move(function));
}

/// The value of a slot that is one number for the whole batch.
ValueId Assembly::scalar(Evaluator &pass, const std::string &slot) {
  const Slot &held = pass.slots.at({slot, ""});
  ValueId id = pass.field(held.value, held.range, "`" + slot + "`");
  if (pass.pool.type(id) != Type())
    pass.fail(held.range, "`" + slot + "` must be one number for the whole batch, got " + text(pass.pool.type(id)),
              "take a mean over samples");
  return id;
}

ValueId Assembly::output(Evaluator &pass) {
  auto *field = pass.network->result.as<Field>();
  if (!field)
    pass.fail(decl.name.range, "the recipe does not apply its network");
  const std::string &space = pass.pool.type(field->id).space;
  if (space.empty())
    return field->id;
  // Answers are counted, stored and drawn at the points of the input.
  if (pass.pool.dependsOn(field->id, [&](const Node &node) { return node.op == "input" && node.type.space != space; }))
    pass.fail(pass.network->decl->name.range,
              "the network answers at the points of '" + space + "', which are not those of its input");
  return field->id;
}

void Assembly::buildTraining() {
  std::vector<Result> results{{"loss", scalar(train, "loss")}};
  if (train.slots.count({"metric", ""}))
    results.push_back({"metric", scalar(train, "metric")});
  results.push_back({"output", output(train)});
  for (const State &state : experiment.states) {
    auto next = train.nextStates.find(state.path);
    ValueId value =
        next == train.nextStates.end() ? train.pool.leaf("state", state.path, Type{state.shape}) : next->second;
    if (train.pool.type(value) != Type{state.shape})
      train.fail(state.range,
                 "the next value of '" + state.path + "' must be uniform, got " + text(train.pool.type(value)));
    results.push_back({"state:" + state.path, value});
  }
  emit(train, "loss", "loss", results);
}

void Assembly::buildInference() {
  std::vector<Result> results{{"loss", scalar(infer, "loss")}};
  if (infer.slots.count({"metric", ""}))
    results.push_back({"metric", scalar(infer, "metric")});
  ValueId out = output(infer);
  results.push_back({"output", out});
  emit(infer, "evaluate", "evaluate", results);
  emit(infer, "forward", "forward", {{"output", out}});
  experiment.output = describe(infer.pool.type(out));
}

void Assembly::buildInitialise() {
  std::vector<Result> results;
  for (const Parameter &parameter : experiment.parameters)
    results.push_back({"parameter:" + parameter.path, train.initial.at(parameter.path)});
  for (const State &state : experiment.states)
    results.push_back({"state:" + state.path, train.initial.at(state.path)});
  auto later = [](const Node &node) { return node.op == "input" || node.op == "target" || node.op == "setting"; };
  for (const Result &result : results)
    if (train.pool.dependsOn(result.value, later))
      train.fail(train.pool.node(result.value).range,
                 "the initial value of '" + result.name.substr(result.name.find(':') + 1) +
                     "' must not depend on data or settings",
                 "a number written where a block is configured is a constant");
  emit(train, "initialise", "initialise", results, train.initialOfLeaf);
}

void Assembly::buildRequire() {
  std::vector<Result> results;
  for (size_t i = 0; i < train.requirements.size(); ++i)
    results.push_back({"require:" + std::to_string(i), train.requirements[i]});
  if (!results.empty())
    emit(train, "require", "require", results);
}

//===----------------------------------------------------------------------===//
// Optimisers
//===----------------------------------------------------------------------===//

std::string Assembly::groupOf(const Parameter &parameter) const {
  for (const std::string &tag : parameter.tags)
    if (train.slots.count({"optimizer", tag}))
      return tag;
  return "";
}

void Assembly::buildUpdates() {
  for (const auto &[key, slot] : train.slots) { // the default, whose tag is empty, comes first
    if (key.first != "optimizer")
      continue;
    const std::string &tag = key.second;
    if (!tag.empty() && !modules.tags().count(tag)) {
      std::string near = suggest(tag, {modules.tags().begin(), modules.tags().end()});
      train.fail(slot.range, "no parameter has the tag '@" + tag + "'",
                 near.empty() ? "" : "did you mean '@" + near + "'?");
    }
    addGroup(tag, slot);
  }
}

void Assembly::addGroup(const std::string &tag, const Slot &slot) {
  Group group{tag.empty() ? "default" : tag, {}, {}};
  for (const Parameter &parameter : experiment.parameters)
    if (groupOf(parameter) == tag)
      group.parameters.push_back(parameter.path);
  if (group.parameters.empty())
    return;
  auto *optimizer = slot.value.as<Instance *>();
  if (!optimizer)
    train.fail(slot.range, "an optimiser is a block of (weight, gradient), got " + train.describe(slot.value),
               "optimizer = Adam(lr)");
  Evaluator::Update update = train.update(**optimizer, group.name, slot.range);
  group.moments = update.moments;
  std::vector<Result> results{{"weight", update.weight}};
  for (const std::string &moment : update.moments)
    results.push_back({"moment:" + moment, update.next.at(moment)});
  emit(train, "update", "update." + group.name, results);
  experiment.groups.push_back(std::move(group));
}

//===----------------------------------------------------------------------===//
// What the runtime reads
//===----------------------------------------------------------------------===//

/// The setting that holds `length` or `batch`.
std::string Assembly::settingOf(const std::string &slot) {
  const Slot &held = train.slots.at({slot, ""});
  const char *wanted = slot == "length" ? "a duration" : "a size";
  std::string name;
  if (auto *number = held.value.as<Number>()) {
    std::string unit = number->unit == ast::Unit::Epochs  ? "epochs"
                       : number->unit == ast::Unit::Steps ? "steps"
                                                          : "size";
    train.setting(slot, *number, unit, held.range);
    name = slot;
  } else if (auto *field = held.value.as<Field>(); field && train.pool.node(field->id).op == "setting") {
    name = train.pool.nameOf(field->id);
  }
  for (const Setting &setting : experiment.settings)
    if (setting.name == name && (slot == "length") == (setting.unit == "epochs" || setting.unit == "steps"))
      return name;
  train.fail(held.range, "`" + slot + "` must be " + wanted + ", got " + train.describe(held.value));
}

std::string Assembly::recipe() {
  std::vector<std::string> entries;
  if (auto keep = train.slots.find({"keep", ""}); keep != train.slots.end()) {
    auto *described = keep->second.value.as<Described>();
    if (!described || described->kind != Described::Keep)
      train.fail(keep->second.range,
                 "`keep` takes best(metric) or best(loss), got " + train.describe(keep->second.value));
    entries.push_back("keep: " + described->yaml);
  }
  for (const char *slot : {"length", "batch"})
    if (train.slots.count({slot, ""}))
      entries.push_back(std::string(slot) + ": " + settingOf(slot));
  if (!train.stallRule.empty())
    entries.push_back("stalls: " + train.stallRule);
  if (auto seed = train.slots.find({"seed", ""}); seed != train.slots.end())
    experiment.seed = train.integer(seed->second.value, seed->second.range, "`seed`");
  std::string out;
  for (const std::string &entry : entries)
    out += (out.empty() ? "" : ", ") + entry;
  return "{" + out + "}";
}

} // namespace flex::elab
