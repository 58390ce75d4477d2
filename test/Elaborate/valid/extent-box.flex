# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R10: a mask may state its box; corners are one number, or one per axis.
use std
mask Disc(radius: real = 0.5) (p: [d]) -> real {
  param width[d] @mask = radius
  require width > 0
  extent box(-width, max(width, 0.25))
  return max(1 - sum((p / width) ^ 2), 0)
}
network N() (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, mask = Disc()) |> global_mean |> head: Linear(10)
network S() (x: [n] on grid[1]) -> [10] =
  x |> conv: FlexConv(4, mask = Exponential(), points = same, causal = true, compat = true) |> last |> head: Linear(10)
experiment main = N() |> Classify(shapes())
experiment signal = S() |> Classify(sequential(shapes()))
# CHECK: function loss
# CHECK: [[WIDTH:%[0-9]+]] = parameter name=conv.mask.width : [2]
# CHECK: [[LOW:%[0-9]+]] = neg [[WIDTH]]
# CHECK: [[HIGH:%[0-9]+]] = max [[WIDTH]]
# CHECK: crop [[LOW]] [[HIGH]] of=image
# CHECK: experiment signal
# CHECK: function loss
# CHECK: crop {{.*}} causal=true keep_late=true of=sequence
