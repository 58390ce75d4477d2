# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R35: an axis of a parameter becomes the points of a grid.
use std
block Plain(out: int) (x: [c] on grid[d]) -> [out] {
  param w[out, c, 9] = normal(0, 1)
  return correlate(x, taps(w, x, dilation = 2))
}
network N() (x: [n] on grid[2]) -> [10] =
  x |> a: Plain(4) |> b: Conv(8, size = 5) |> global_mean |> head: Linear(10)
network S() (x: [n] on grid[1]) -> [10] =
  x |> a: Conv(4, size = 4, causal = true) |> b: Conv(4, size = 3) |> last |> head: Linear(10)
experiment main = N() |> Classify(shapes())
experiment signal = S() |> Classify(sequential(shapes()))
# CHECK: parameter b.weight [8, 4, 25]
# CHECK: function loss
# CHECK: [[A:%[0-9]+]] = to_taps {{.*}} dilation=2 : [4, 3] on a.taps
# CHECK: crop of=image points=5 space=a.taps
# CHECK: to_taps {{.*}} dilation=1 : [8, 4] on b.taps
# CHECK: experiment signal
# CHECK: correlate {{.*}} causal
# CHECK: correlate
