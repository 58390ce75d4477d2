# RUN: not flexc check %s 2>&1 | FileCheck %s
# R10: a stated box has corners of the grid's rank; only causal grids have a late box.
use std
mask Wrong() (p: [d]) -> real {
  param edge[3] = 0.5
  extent box(-edge, edge)
  return exp(-sum(p ^ 2))
}
network N() (x: [n] on grid[2]) -> [10] = x |> FlexConv(4, mask = Wrong()) |> global_mean |> Linear(10)
network C() (x: [n] on grid[2]) -> [10] = x |> FlexConv(4, compat = true) |> global_mean |> Linear(10)
experiment main = N() |> Classify(shapes())
experiment late = C() |> Classify(shapes())
# CHECK: error: a corner of a box must be one number or [2], got [3]
# CHECK: error: `compat` changes which points a causal grid keeps: this one is not causal
