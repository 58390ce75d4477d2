# RUN: not flexc check %s 2>&1 | FileCheck %s
# R13: what is reduced must be there.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let a = global_mean(x)
  let b = sum(a, over = space)
  let c = sum(sum(a))
  return (b + c) |> Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: reduce.flex:[[@LINE-5]]:25: error: there is no space in [3] on samples
# CHECK: reduce.flex:[[@LINE-5]]:15: error: there is no channel axis to reduce in [] on samples
