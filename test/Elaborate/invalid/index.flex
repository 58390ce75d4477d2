# RUN: not flexc check %s 2>&1 | FileCheck %s
# R14: an index lies inside.
use std
network N() (x: [n] on grid[2]) -> [10] = stack([x[0], x[3]]) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: index.flex:[[@LINE-2]]:58: error: index 3 is outside 0..2
