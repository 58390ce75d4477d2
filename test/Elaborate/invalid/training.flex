# RUN: not flexc check %s 2>&1 | FileCheck %s
# R26: what is trained does not depend on training.
use std
block Shy() (x: [c]) -> [c] {
  if training { return x }
  param scale[c] = 1
  return x * scale
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Shy() |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: training.flex:[[@LINE-5]]:3: error: 'scale' must not depend on `training`
