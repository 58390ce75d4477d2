// Experiments to functions: each is run for training and for inference, and its functions are cut out of the two pools.
#include "flex/Elaborate/Elaborate.h"

#include "flex/Elaborate/Builtins.h"
#include "flex/Sema/Names.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

namespace {

/// What the runtime is told of an output or target.
std::string describe(const Type &type) {
  return "{channels: " + std::to_string(elementCount(type.shape)) +
         ", each_step: " + (type.space.empty() ? "false" : "true") + "}";
}

class Assembly {
public:
  Assembly(Modules &modules, const Options &options, Diagnostics &diagnostics, const ast::Decl &decl, Scope &module)
      : modules(modules), decl(decl), module(module), train(modules, options, diagnostics, experiment, true),
        infer(modules, options, diagnostics, experiment, false) {}

  /// Throws `Failure`.
  void build();

  Experiment experiment;
  std::set<std::string> definable, defined;

private:
  void buildTraining();
  void buildInference();
  void buildUpdates();
  void buildInitialise();
  void buildRequire();
  void addGroup(const std::string &tag, const Slot &slot);
  std::string groupOf(const Parameter &parameter) const;
  ValueId scalar(Evaluator &pass, const std::string &slot);
  ValueId output(Evaluator &pass);
  std::string settingOf(const std::string &slot);
  std::string recipe();
  void emit(Evaluator &pass, const char *role, std::string name, std::vector<Result> results,
            const std::map<ValueId, ValueId> &replaced = {});

  Modules &modules;
  const ast::Decl &decl;
  Scope &module;
  Evaluator train, infer;
};

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
  experiment.recipe = recipe();
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
  std::string out;
  for (const std::string &entry : entries)
    out += (out.empty() ? "" : ", ") + entry;
  return "{" + out + "}";
}

/// Names that `-D` gives and no experiment took.
void checkDefines(const Options &options, const std::set<std::string> &definable, const std::set<std::string> &defined,
                  Diagnostics &diagnostics) {
  for (const auto &[name, value] : options.defines)
    if (!defined.count(name))
      diagnostics.error({}, "-D " + name + ": no experiment, network or recipe of this file has such an argument")
          .withHint(definable.empty() ? "none of them has an int, bool or list argument"
                                      : suggestAmong(name, {definable.begin(), definable.end()}));
}

} // namespace

std::unique_ptr<Program> elaborate(const ast::File &file, Sources &sources, const Options &options,
                                   Diagnostics &diagnostics) {
  Modules modules(sources, options.libraryPaths, diagnostics);
  Scope *module = modules.load(file);
  if (!module || !sema::checkNames(modules, diagnostics))
    return nullptr;
  auto program = std::make_unique<Program>();
  std::set<std::string> definable, defined;
  bool any = false;
  for (const ast::DeclPtr &decl : file.decls) {
    if (decl->role != ast::Role::Experiment)
      continue;
    any = true;
    Assembly assembly(modules, options, diagnostics, *decl, *module);
    size_t before = diagnostics.all().size();
    try {
      assembly.build();
      program->experiments.push_back(std::move(assembly.experiment));
    } catch (Failure) { // the other experiments are looked at too
      const auto &all = diagnostics.all();
      if (all.size() > before && all.back().range.file != file.source)
        diagnostics.note(decl->name.range, "in the experiment '" + decl->name.text + "'");
    }
    definable.insert(assembly.definable.begin(), assembly.definable.end());
    defined.insert(assembly.defined.begin(), assembly.defined.end());
  }
  if (any && !diagnostics.hasErrors())
    checkDefines(options, definable, defined, diagnostics);
  return diagnostics.hasErrors() ? nullptr : std::move(program);
}

bool checkNames(const ast::File &file, Sources &sources, const Options &options, Diagnostics &diagnostics) {
  Modules modules(sources, options.libraryPaths, diagnostics);
  return modules.load(file) && sema::checkNames(modules, diagnostics);
}

} // namespace flex::elab
