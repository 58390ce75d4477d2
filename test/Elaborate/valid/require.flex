# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R9: a condition on parameters and settings is checked after every update; a setting is called by its own name in it.
use std
block Scale(most: real) (x: [c]) -> [c] {
  require c > 1
  require most > 0 and most < 2
  param s[c] = 1
  require s > 0
  return x * s * most
}
network N(limit: real = 1) (x: [n] on grid[2]) -> [10] = x |> global_mean |> scale: Scale(limit) |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: require limit > 0 and limit < 2 in scale
# CHECK: require s > 0 in scale
# CHECK: function require
# CHECK: -> require:0
