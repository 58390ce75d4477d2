# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R28: a function of a size says how many points a grid has.
use std
fn twice(n: size) = 2 * n - 1
fn fixed(n: size) = 33
network N() (x: [n] on grid[2]) -> [10] =
  x |> a: FlexConv(4, points = twice) |> b: FlexConv(4, points = fixed) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: crop {{.*}} points=2 n * 1 - space=a.taps
# CHECK: crop {{.*}} points=33 space=b.taps
