// Runs an experiment: the network, its recipe, its optimisers.
#include "flex/Elaborate/Builtins.h"
#include "flex/Elaborate/Meanwhile.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

using ast::Role;

Evaluator::Evaluator(Modules &modules, const Options &options, Diagnostics &diagnostics, Experiment &experiment,
                     bool training, std::optional<Selection> selection)
    : training(training), experiment(experiment), modules(modules), options(options), diagnostics(diagnostics),
      selection(selection) {}

int Evaluator::rankOf(const Type &type) const {
  for (const Space &space : experiment.spaces)
    if (space.name == type.space)
      return space.rank;
  return 0;
}

void Evaluator::addSpace(std::string name, int rank, Space::Kind kind, SourceRange range) {
  for (const Space &space : experiment.spaces)
    if (space.name == name) {
      if (space.rank != rank || space.kind != kind)
        fail(range, "two sets of points are called '" + name + "'");
      return;
    }
  experiment.spaces.push_back({std::move(name), rank, kind});
}

void Evaluator::run(const ast::Decl &decl, Scope &module) {
  Instance &root = instances.emplace_back();
  root.decl = &decl;
  root.applications = 1;
  root.range = decl.name.range;
  root.scope = &newScope(&module, &decl);
  owner = &root;
  bind(decl.configuration ? &*decl.configuration : nullptr, {}, *root.scope, decl.name.text, decl.name.range, true);
  if (decl.value)
    fail(decl.value->range, "an experiment takes no value");
  Flow flow;
  if (decl.body.kind == ast::Body::Value)
    evaluate(*decl.body.value, *root.scope);
  else
    statements(decl.body.statements, *root.scope, {}, flow);
  if (flow.failed)
    throw Failure();
  if (selection ? found.plan.stages.empty() : !network)
    fail(decl.name.range, "the experiment '" + decl.name.text + "' runs no recipe",
         "pipe a network into one: FlexNet() |> Classify(cifar10())");
}

Value Evaluator::runRecipe(Instance &recipe, const Value &value, SourceRange range) {
  const ast::Decl &decl = *recipe.decl;
  auto *piped = value.as<Instance *>();
  auto *trained = value.as<StageResult>();
  if (!trained && (!piped || (*piped)->decl->role != Role::Network)) {
    auto *callable = value.as<Callable>();
    fail(range, "a recipe takes a network, got " + describe(value),
         callable && callable->isTemplate() ? "write " + callable->decl->name.text + "() |> " + decl.name.text + "(...)"
                                            : "");
  }
  if (!decl.value || decl.value->ports.size() != 1)
    fail(decl.name.range, "a recipe takes one value, its network");
  Instance *wanted = trained ? trained->network : *piped;
  StageResult result{-1, wanted};
  if (selection) {
    result.stage = enterStage(value, recipe, *wanted);
    if (result.stage != selection->stage)
      return result;
  }
  network = wanted;
  Meanwhile<Instance *> inside(owner, &recipe);
  ++recipe.applications;
  recipe.body = &newScope(recipe.scope, &decl);
  define(*recipe.body, decl.value->ports.front().name.text, network, decl.value->ports.front().name.range);
  Flow flow;
  if (decl.body.kind != ast::Body::Block)
    fail(decl.body.range, "a recipe assigns slots: { loss = ...  optimizer = ... }");
  statements(decl.body.statements, *recipe.body, {}, flow);
  if (flow.failed)
    throw Failure();
  // A slot that is not assigned is the argument of that name.
  for (const char *name : {"length", "batch", "seed"})
    if (Binding *binding = find(*recipe.scope, name); !slots.count({name, ""}) && binding && binding->range)
      slots[{name, ""}] = {binding->value, binding->range};
  for (const char *name : {"loss", "optimizer"})
    if (!slots.count({name, ""}))
      fail(decl.name.range, std::string("the recipe '") + decl.name.text + "' assigns no `" + name + "`");
  for (const auto &[name, binding] : recipe.scope->names)
    if (auto *set = binding.value.as<std::shared_ptr<DataSet>>())
      data = set->get();
  for (const auto &[name, binding] : recipe.body->names)
    if (auto *set = binding.value.as<std::shared_ptr<DataSet>>())
      data = set->get();
  if (!data)
    fail(decl.name.range, "the recipe '" + decl.name.text + "' has no data");
  return selection ? Value(result) : Value(network);
}

Evaluator::Update Evaluator::update(Instance &optimizer, const std::string &group, SourceRange range) {
  std::string space = "elements." + group;
  addSpace(space, 1, Space::Elements, range);
  Update result;
  Meanwhile<Update *> now(updating, &result);
  Meanwhile<Instance *> outside(owner, optimizer.owner);
  updatingType = Type{{}, false, space};
  std::vector<Arg> args(2);
  const char *const leaves[] = {"weight", "gradient"};
  for (int i = 0; i < 2; ++i) {
    args[i].range = range;
    args[i].value = Field{pool.leaf(leaves[i], "", updatingType)};
  }
  Value weight = apply(optimizer, args, range);
  result.weight = pool.repeat(field(weight, range, "the weight that an optimiser returns"), updatingType);
  if (pool.type(result.weight) != updatingType)
    fail(range, "an optimiser must return one number per weight, got " + describe(weight));
  for (const std::string &moment : result.moments)
    if (!result.next.count(moment))
      fail(range, "the optimiser's state '" + moment + "' has no `next`");
  return result;
}

} // namespace flex::elab
