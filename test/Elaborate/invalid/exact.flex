# RUN: not flexc check %s 2>&1 | FileCheck %s
# R25: a fraction is no width; integers do not overflow silently.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let h = x |> global_mean |> a: Linear(1.5 * 5)
  let big = 10 ^ 30
  let none = 1 / 0
  return h * big * none
}
experiment main = N() |> Classify(shapes())
# CHECK: exact.flex:[[@LINE-6]]:41: error: the argument 'out' of 'Linear' must be a whole number, got 7.5
# CHECK: exact.flex:[[@LINE-6]]:13: error: 10 ^ 30: the result does not fit a 64-bit integer
# CHECK: exact.flex:[[@LINE-6]]:14: error: 1 / 0: division by zero
