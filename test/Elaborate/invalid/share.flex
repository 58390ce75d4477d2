# RUN: not flexc check %s 2>&1 | FileCheck %s
# R4: a shared instance has one shape.
use std
block Narrow() (x: [c]) -> [2] = x |> inner: Linear(2)
network N() (x: [n] on grid[2]) -> [10] {
  let k = Narrow()
  return x |> global_mean |> k |> k |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: error: 'k.inner.weight' is shared, but its shape is [2, 3] in one use and [2, 2] in this one
# CHECK: in k.inner of N
