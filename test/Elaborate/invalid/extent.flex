# RUN: not flexc check %s 2>&1 | FileCheck %s
# R10: a mask that varies must say where it lives.
use std
mask Round() (p: [d]) -> real = exp(-sum(p ^ 2))
network N() (x: [n] on grid[2]) -> [10] = x |> FlexConv(4, mask = Round()) |> global_mean |> Linear(10)
block Wrong() (x: [c]) -> [c] {
  extent level(0.1)
  return x
}
experiment main = N() |> Classify(shapes())
# CHECK: extent.flex:[[@LINE-4]]:3: error: `extent` says where a mask lives: it cannot stand in a block
