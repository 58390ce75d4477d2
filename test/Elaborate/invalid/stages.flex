# RUN: not flexc check %s 2>&1 | FileCheck %s
# R33: what is not built yet is refused by name.
use std
experiment main {
  let first = FlexNet(c = 2, factors = [1]) |> Classify(shapes())
  moved = first.metric
}
# CHECK: stages.flex:[[@LINE-2]]:3: error: experiments of several stages with result columns are not built yet
