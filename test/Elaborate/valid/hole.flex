# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R11: `_` leaves an argument open.
use std
fn apply(f: int -> block, g: () -> block) = [f(4), g()]
network N() (x: [n] on grid[2]) -> [10] {
  let made as "" = apply(Linear(_, b = 0), BatchNorm)
  return x |> global_mean |> made |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter made.0.bias [4]
# CHECK: parameter made.1.weight [4]
