# RUN: not flexc check %s 2>&1 | FileCheck %s
# R21: an initial value depends on constants and other initial values only.
use std
network N(scale: real = 2) (x: [n] on grid[2]) -> [10] {
  param w[n] = scale
  let y = global_mean(x) * w
  return y |> Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: error: the initial value of 'w' must not depend on data or settings
# CHECK: hint: a number written where a block is configured is a constant
