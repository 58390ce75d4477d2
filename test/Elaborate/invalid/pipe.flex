# RUN: not flexc check %s 2>&1 | FileCheck %s
# R2: what stands after a pipe can be called.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let f = relu(x)
  return x |> global_mean |> f |> Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: pipe.flex:[[@LINE-3]]:30: error: expected something that can be called after `|>`, got [3] on samples, image
# CHECK: in N
