# RUN: not flexc check %s 2>&1 | FileCheck %s
# R39: frequencies are those of functions of the position.
use std
network M() (x: [n] on grid[2]) -> [10] {
  band 3
  return x |> global_mean |> head: Linear(10)
}
experiment main = M() |> Classify(shapes())
# CHECK: band.flex:5:3: error: `band` bounds the frequencies of a kernel or mask: it cannot stand in a network
