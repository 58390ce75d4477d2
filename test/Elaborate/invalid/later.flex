# RUN: not flexc check %s 2>&1 | FileCheck %s
# R33: what is not built yet is refused by name.
use std
experiment main {
  let first = FlexNet() |> Classify(shapes())
  accuracy_of = first.metric
}
experiment aliased = FlexNet() |> Classify(shapes(), penalty = alias_free)
# CHECK: later.flex:[[@LINE-1]]:64: error: 'alias_free' is not built yet
