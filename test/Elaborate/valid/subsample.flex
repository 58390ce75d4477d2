# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R37: strides and zero channels. Equal strides of equal points are one set of points.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let y = x |> conv: Conv(4, stride = 2)
  let z = y + pad(subsample(x, 2), channels = 1)[0]
  return z |> twice: Conv(4, stride = 3) |> global_mean |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: space image rank 2
# CHECK: space image.by2 rank 2
# CHECK-NOT: space image.by2 rank 2
# CHECK: space image.by2.by3 rank 2
# CHECK: function loss
# CHECK: crop of=image points=n 1 + 2 / space=image.by2
# CHECK: subsample {{.*}} stride=2
# CHECK: crop of=image.by2 points=n 2 + 3 / space=image.by2.by3
