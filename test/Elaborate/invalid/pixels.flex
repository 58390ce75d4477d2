# RUN: not flexc check %s 2>&1 | FileCheck %s
# R36: a reach is one number or one per axis, the same for all samples.
use std
block Blur(out: int) (x: [c] on grid[d]) -> [out] {
  param w[out, c] = normal(0, 1)
  let p = pixels(x, mean(x, over = [channels, space]))
  return correlate(x, w * exp(-sum(p ^ 2)))
}
network N() (x: [n] on grid[2]) -> [10] = x |> Blur(4) |> global_mean |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: pixels.flex:6:21: error: a reach is one number, or one per axis, that follows from parameters and settings
