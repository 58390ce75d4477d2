# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R6: a let is assigned once, a var may be reassigned.
use std
network N() (x: [n] on grid[2]) -> [10] {
  var h = global_mean(x)
  for i in 1..2 { h = h + i }
  return h |> Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: constant value=[1]
# CHECK: constant value=[2]
