# RUN: not flexc check %s 2>&1 | FileCheck %s
# R6: one scope for a declaration; no name twice; only a var is reassigned.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let h = global_mean(x)
  let h = h + 1
  h = h + 2
  return h |> Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: let-var.flex:[[@LINE-5]]:7: error: 'h' is already defined in this declaration
# CHECK: let-var.flex:[[@LINE-7]]:7: note: 'h' was defined here
# CHECK: let-var.flex:[[@LINE-6]]:3: error: 'h' is not a `var`
