// Programs to experiments. One with several stages is a plan and the trainings that it runs; those that differ in values
// alone, as the rounds of a loop over seeds do, are compiled once.
#include "flex/Elaborate/Elaborate.h"

#include "flex/Elaborate/Assembly.h"
#include "flex/Elaborate/Builtins.h"
#include "flex/Sema/Names.h"
#include "flex/Support/Suggest.h"

#include <algorithm>

namespace flex::elab {

namespace {

class ProgramBuilder {
public:
  ProgramBuilder(Modules &modules, const Options &options, Diagnostics &diagnostics, Scope &module)
      : modules(modules), options(options), diagnostics(diagnostics), module(module) {}

  /// Throws `Failure`.
  void add(const ast::Decl &decl);

  Program program;
  std::set<std::string> definable, defined;

private:
  FoundPlan find(const ast::Decl &decl);
  void addStages(const ast::Decl &decl, FoundPlan found);
  std::unique_ptr<Assembly> assemble(const ast::Decl &decl, std::optional<Selection> selection);
  void enter(Stage &stage, Experiment experiment, const std::string &name);

  Modules &modules;
  const Options &options;
  Diagnostics &diagnostics;
  Scope &module;
  std::map<std::string, size_t> structures; ///< of the present plan's trainings -> experiment
};

/// The stages of an experiment, with nothing computed.
FoundPlan ProgramBuilder::find(const ast::Decl &decl) {
  Experiment unused;
  Evaluator pass(modules, options, diagnostics, unused, true, Selection());
  pass.run(decl, module);
  pass.found.plan.name = decl.name.text;
  return std::move(pass.found);
}

std::unique_ptr<Assembly> ProgramBuilder::assemble(const ast::Decl &decl, std::optional<Selection> selection) {
  auto assembly = std::make_unique<Assembly>(modules, options, diagnostics, decl, module, selection);
  try {
    assembly->build();
  } catch (Failure) {
    definable.insert(assembly->definable.begin(), assembly->definable.end());
    defined.insert(assembly->defined.begin(), assembly->defined.end());
    throw;
  }
  definable.insert(assembly->definable.begin(), assembly->definable.end());
  defined.insert(assembly->defined.begin(), assembly->defined.end());
  return assembly;
}

void ProgramBuilder::add(const ast::Decl &decl) {
  FoundPlan found = find(decl);
  bool results = std::any_of(found.plan.rows.begin(), found.plan.rows.end(),
                             [](const Plan::Row &row) { return !row.columns.empty(); });
  if (found.plan.stages.size() > 1 || results)
    return addStages(decl, std::move(found));
  Experiment experiment = std::move(assemble(decl, std::nullopt)->experiment);
  if (experiment.seed)
    experiment.recipe.insert(experiment.recipe.size() - 1, (experiment.recipe == "{}" ? "seed: " : ", seed: ") +
                                                               std::to_string(*experiment.seed));
  program.experiments.push_back(std::move(experiment));
}

/// What an experiment is apart from values that can be set when it runs.
static std::string structureOf(Experiment experiment) {
  experiment.name = experiment.data = "";
  experiment.claims.clear();
  for (Function &function : experiment.functions)
    keepNeeded(function); // what was looked at in between, for other stages, moves them
  for (Setting &setting : experiment.settings)
    setting.value = 0;
  Program alone;
  alone.experiments.push_back(std::move(experiment));
  return dump(alone);
}

static std::string valueOf(const Setting &setting) {
  bool isDuration = setting.unit == "epochs" || setting.unit == "steps";
  return digits(setting.value) + (isDuration ? " " + setting.unit : "");
}

/// Compiles the training, unless one like it is there, and says what the stage sets.
void ProgramBuilder::enter(Stage &stage, Experiment experiment, const std::string &name) {
  auto [known, isNew] = structures.try_emplace(structureOf(experiment), program.experiments.size());
  if (isNew) {
    auto taken = [&](const std::string &other) {
      return std::any_of(program.experiments.begin(), program.experiments.end(),
                         [&](const Experiment &e) { return e.name == other; });
    };
    std::string unique = name;
    for (int i = 2; taken(unique); ++i)
      unique = name + "-" + std::to_string(i);
    program.experiments.push_back(experiment);
    program.experiments.back().name = unique;
  }
  const Experiment &compiled = program.experiments[known->second];
  stage.network = compiled.name;
  for (size_t i = 0; i < compiled.settings.size(); ++i)
    if (experiment.settings[i].value != compiled.settings[i].value)
      stage.keys.emplace_back(compiled.settings[i].name, valueOf(experiment.settings[i]));
  if (experiment.data != compiled.data)
    stage.keys.emplace_back("data", experiment.data);
  if (experiment.seed)
    stage.keys.emplace_back("seed", std::to_string(*experiment.seed));
}

void ProgramBuilder::addStages(const ast::Decl &decl, FoundPlan found) {
  structures.clear();
  std::vector<Stage> &stages = found.plan.stages;
  for (size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].name.empty())
      stages[i].name = "stage" + std::to_string(i + 1);
    if (!stages[i].trains) {
      stages[i].network = stages[stages[i].from].network;
      continue;
    }
    std::unique_ptr<Assembly> assembly = assemble(decl, found.selections[i]);
    for (const FoundPlan::Use &use : found.uses)
      if (found.selections[use.stage].stage == int(i))
        assembly->checkUse(use);
    for (const FoundPlan::Test &test : found.tests)
      if (stages[test.stage].from == int(i))
        assembly->checkTest(test);
    enter(stages[i], std::move(assembly->experiment), decl.name.text + "." + stages[i].name);
  }
  program.plans.push_back(std::move(found.plan));
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
  ProgramBuilder builder(modules, options, diagnostics, *module);
  bool any = false;
  for (const ast::DeclPtr &decl : file.decls) {
    if (decl->role != ast::Role::Experiment)
      continue;
    any = true;
    size_t before = diagnostics.all().size();
    try {
      builder.add(*decl);
    } catch (Failure) { // the other experiments are looked at too
      const auto &all = diagnostics.all();
      auto isMistake = [](const Diagnostic &found) { return found.severity == Severity::Error; };
      auto last = std::find_if(all.rbegin(), all.rend() - before, isMistake);
      if (last != all.rend() - before && last->range.file != file.source)
        diagnostics.note(decl->name.range, "in the experiment '" + decl->name.text + "'");
    }
  }
  if (any && !diagnostics.hasErrors())
    checkDefines(options, builder.definable, builder.defined, diagnostics);
  return diagnostics.hasErrors() ? nullptr : std::make_unique<Program>(std::move(builder.program));
}

bool checkNames(const ast::File &file, Sources &sources, const Options &options, Diagnostics &diagnostics) {
  Modules modules(sources, options.libraryPaths, diagnostics);
  return modules.load(file) && sema::checkNames(modules, diagnostics);
}

} // namespace flex::elab
