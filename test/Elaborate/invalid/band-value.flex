# RUN: not flexc check %s 2>&1 | FileCheck %s
# R39: a bound is one number, stated once.
use std
kernel Twice(out: int) (p: [d]) -> [out] {
  band 3
  band 4
  return p |> output: Linear(out)
}
kernel Many(out: int) (p: [d]) -> [out] {
  band p
  return p |> output: Linear(out)
}
network N(kernel: int -> kernel) (x: [n] on grid[2]) -> [10] =
  x |> FlexConv(4, kernel = kernel) |> global_mean |> head: Linear(10)
experiment twice = N(Twice(_)) |> Classify(shapes())
# CHECK: band-value.flex:6:3: error: the band is stated twice
experiment many = N(Many(_)) |> Classify(shapes())
# CHECK: band-value.flex:10:8: error: a bound on frequencies must be one number of parameters and settings
