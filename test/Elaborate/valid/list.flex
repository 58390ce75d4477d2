# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R15: lists, ranges (with both ends) and comprehensions are static.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let layers = [Linear(i + j) for i in 1..2 for j in [0, 10]]
  return x |> global_mean |> layers |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter layers.0.weight [1, 3]
# CHECK: parameter layers.1.weight [11, 1]
# CHECK: parameter layers.2.weight [2, 11]
# CHECK: parameter layers.3.weight [12, 2]
