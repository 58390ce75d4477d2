# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R9: a condition on parameters is checked after every update.
use std
block Scale() (x: [c]) -> [c] {
  require c > 1
  param s[c] = 1
  require s > 0
  return x * s
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> scale: Scale() |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: require s > 0 in scale
# CHECK: function require
# CHECK: -> require:0
