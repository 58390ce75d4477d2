# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R2: a pipe applies what stands after it; into a list it folds.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let layers = [Linear(4), Linear(5), relu]
  return x |> global_mean |> layers |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter layers.0.bias [4]
# CHECK: parameter layers.1.bias [5]
# CHECK: parameter head.weight [10, 5]
