# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R18: `as` gives the name in other checkpoints; {expressions} in it are filled in.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let layers as "net.{2 * l}" = [Linear(4) for l in 0..1]
  return x |> global_mean |> layers |> head as "": Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter layers.1.bias [4] as "net.2.bias"
# CHECK: parameter head.bias [10] as "bias"
