/// One training of an experiment: its network and recipe, evaluated for training and for inference, and cut into functions.
#pragma once

#include "flex/Elaborate/Evaluator.h"

namespace flex::elab {

class Assembly {
public:
  Assembly(Modules &modules, const Options &options, Diagnostics &diagnostics, const ast::Decl &decl, Scope &module,
           std::optional<Selection> selection)
      : modules(modules), decl(decl), module(module),
        train(modules, options, diagnostics, experiment, true, selection),
        infer(modules, options, diagnostics, experiment, false, selection) {}

  /// Throws `Failure`.
  void build();
  /// What other stages want of this one; throw `Failure`.
  void checkUse(const FoundPlan::Use &use);
  void checkTest(const FoundPlan::Test &test);

  Experiment experiment;
  std::set<std::string> definable, defined;

private:
  void checkClasses(const DataSet &data, SourceRange range);
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

} // namespace flex::elab
