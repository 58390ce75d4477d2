# RUN: not flexc check %s 2>&1 | FileCheck %s
# R17: paths stay unique without the segment.
use std
block Pair() (x: [c]) -> [c] = x |> a: Linear(c)
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> _: Pair() |> a: Linear(3) |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: error: two parameters or states have the path 'a.bias'
# CHECK: hint: give one of their instances a label
