# The same, and none of it is true.
use std

network Image(mask: mask = Gaussian(), kernel: int -> kernel = MAGNet(_, hidden = 8)) (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, kernel = kernel, mask = mask) |> global_mean |> head: Linear(10)

mask Small() (p: [d]) -> real {
  param width @mask = 0.5
  extent box(-width / 2, width / 2)
  return max(1 - sum((p / width) ^ 2), 0)
}
mask Shifted() (p: [2]) -> real {
  param mean[2] @mask = 0.25
  extent box(-0.4, 0.4)
  return exp(-sum(((p - mean) / 0.2) ^ 2) / 2)
}
kernel Waves(out: int) (p: [d]) -> [out] {
  param w[out, d] = uniform(50, 60)
  band 4
  return sin(sum(w * p))
}
kernel Sharp(out: int) (p: [d]) -> [out] {
  band 0.5
  return abs(tanh(20 * (p |> inner: Linear(8)))) |> output: Linear(out)
}
kernel Broken(out: int) (p: [d]) -> [out] {
  param w[out, d] = uniform(-1, 1)
  band 4
  return sqrt(sum(w * p))
}

experiment main = Image(Small()) |> Classify(shapes())
experiment shifted = Image(Shifted()) |> Classify(shapes())
experiment waves = Image(kernel = Waves(_)) |> Classify(shapes())
experiment sharp = Image(kernel = Sharp(_)) |> Classify(shapes())
experiment broken = Image(kernel = Broken(_)) |> Classify(shapes())
