# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R36: a grid as large as a parameter says.
use std
block Blur(out: int) (x: [c] on grid[d]) -> [out] {
  param scale = 1
  param w[out, c] = normal(0, 1)
  let p = pixels(x, 3 * scale / rate(x))
  return correlate(x, w * exp(-sum((p / scale) ^ 2)))
}
network N() (x: [n] on grid[2]) -> [10] = x |> blur: Blur(4) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: function loss
# CHECK: positions pixels=true space=blur.taps : [2] on blur.taps
# CHECK: crop {{%[0-9]+}} of=image space=blur.taps
