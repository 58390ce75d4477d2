# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R1: a first list configures, a second one applies.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let head = Linear(10)
  return head(global_mean(x))
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter head.bias [10]
# CHECK: parameter head.weight [10, 3]
