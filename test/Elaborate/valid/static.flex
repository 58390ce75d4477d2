# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R8: for and if are unrolled and chosen at compile time; if opens no scope.
use std
network N(deep: bool = true) (x: [n] on grid[2]) -> [10] {
  var h = global_mean(x)
  if deep {
    let width = 6
  } else {
    let width = 2
  }
  let layers = [Linear(width) for i in 1..3]
  for layer in layers { h = h |> layer |> relu }
  return h |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter layers.2.weight [6, 6]
# CHECK: parameter head.weight [10, 6]
