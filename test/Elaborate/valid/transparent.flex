# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R17: the label `_` adds no segment.
use std
block Pair() (x: [c]) -> [5] = x |> a: Linear(4) |> b: Linear(5)
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> _: Pair() |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: parameter a.bias [4] as "a.bias"
# CHECK: parameter b.bias [5]
