# RUN: not flexc check %s 2>&1 | FileCheck %s
# R21: random numbers are drawn by initialisers only; the shape is the parameter's.
use std
block Noisy() (x: [n]) -> [n] {
  param a[n] = stack([1, 2])
  let noise = uniform(0, 1)
  return x + a + noise * fan_in
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Noisy() |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: initialiser.flex:[[@LINE-6]]:16: error: the initial value of 'a' must have the shape [3], got [2]
# CHECK: initialiser.flex:[[@LINE-6]]:15: error: random numbers can be drawn only in the initialiser of a `param` or a `state`
