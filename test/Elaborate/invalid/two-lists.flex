# RUN: not flexc check %s 2>&1 | FileCheck %s
# R1: an instance is configured already.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let head = Linear(10)
  return head(global_mean(x), out = 3)
}
experiment main = N() |> Classify(shapes())
# CHECK: two-lists.flex:[[@LINE-3]]:31: error: 'Linear' has no value 'out'
# CHECK: hint: it is configured already: this list holds the values that it is applied to
