# RUN: not flexc check %s 2>&1 | FileCheck %s
# R35: as many taps as a grid of the data's rank has points; an even convolution has no middle.
use std
block Plain(out: int, count: int) (x: [c] on grid[d]) -> [out] {
  param w[out, c, count] = normal(0, 1)
  return correlate(x, taps(w, x))
}
network N() (x: [n] on grid[2]) -> [10] = x |> Plain(4, 8) |> global_mean |> Linear(10)
network E() (x: [n] on grid[2]) -> [10] = x |> Conv(4, size = 4) |> global_mean |> Linear(10)
network F() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Conv(4) |> Linear(10)
experiment main = N() |> Classify(shapes())
experiment even = E() |> Classify(shapes())
# CHECK: taps.flex:6:28: error: 8 taps are no grid of rank 2
# CHECK: error: 'causal or size % 2 == 1' is required, but does not hold
