# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R7: param is trained; a state is what next says after every update.
use std
block Count() (x: [c]) -> [c] {
  param scale[c] = 1
  state seen = 0
  if training { next seen = seen + 1 }
  return x * scale
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> count: Count() |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: parameter count.scale [3]
# CHECK: state count.seen []
# CHECK: function loss
# CHECK: -> state:count.seen
