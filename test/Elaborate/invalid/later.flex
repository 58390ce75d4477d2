# RUN: not flexc check %s 2>&1 | FileCheck %s
# R33: what is not built yet is refused by name.
use std
experiment main {
  let first = FlexNet() |> Classify(shapes())
  accuracy_of = first.metric
}
experiment conv = FlexNet(conv = Conv(_, size = 3)) |> Classify(shapes())
# CHECK: later.flex:[[@LINE-1]]:34: error: 'Conv' is not built yet
