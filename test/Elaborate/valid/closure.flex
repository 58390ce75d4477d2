# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R22: declarations see the names around them, lexically.
use std
network N(width: int = 6) (x: [n] on grid[2]) -> [10] {
  block Local() (x: [c]) -> [width] = x |> inner: Linear(width)
  fn twice(k: int) = k * width
  return x |> global_mean |> Local() |> head: Linear(twice(1) + 4)
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter local.inner.bias [6]
# CHECK: parameter head.bias [10]
