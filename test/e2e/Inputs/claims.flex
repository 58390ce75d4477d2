# Masks and kernels that state where they live, and how high their frequencies are: all true.
use std

network Image(mask: mask, kernel: int -> kernel = MAGNet(_, hidden = 8)) (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, kernel = kernel, mask = mask) |> global_mean |> head: Linear(10)
network Signal() (x: [n] on grid[1]) -> [10] =
  x |> conv: FlexConv(4, mask = Exponential(threshold = 0.3), points = same, causal = true) |> last |> head: Linear(10)

mask Disc(radius: real = 0.5) (p: [d]) -> real {
  param width @mask = radius
  extent box(-width, width)
  return max(1 - sum((p / width) ^ 2), 0)
}
# Edges that are soft: the box leaves out what is below a half.
mask Soft() (p: [2]) -> real {
  param width[2] @mask = 0.25
  extent box(-width, width, 0.5)
  return 1 / (1 + (p[0] / width[0]) ^ 2) / (1 + (p[1] / width[1]) ^ 2)
}
kernel Waves(out: int) (p: [d]) -> [out] {
  param w[out, d] = uniform(10, 20)
  band 20 / (2 * pi)
  return sin(sum(w * p))
}

experiment main = Image(Disc()) |> Classify(shapes())
experiment soft = Image(Soft(), kernel = Waves(_)) |> Classify(shapes())
experiment signal = Signal() |> Classify(sequential(shapes()))
