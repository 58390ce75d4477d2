# Weights that fall by the learning rate: what the schedule was is what is missing. A mask whose width falls below 0.
use std

block Fall(rate: real) (w: real, g: real) -> real = w - rate + 0 * g
block Scale() (x: [c]) -> [c] {
  param w[1] = 0
  return x * w
}
network Line() (x: [n] on grid[2]) -> [1] = x |> global_mean |> s: Scale()
recipe Timed(data: data, compat: bool) (net: network) {
  loss = mse(net(data.x), data.y)
  optimizer = Fall(warmup_cosine(1, 4 steps, 12 steps, floor = 0.125, compat = compat))
}
fn data() = npy("x.npy", "y.npy", channels = 1, rank = 2, targets = 1)

experiment main = Line() |> Timed(data(), false)
experiment late = Line() |> Timed(data(), true)

network Masked(positive: bool) (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, mask = Gaussian(positive = positive)) |> global_mean |> Linear(10)
experiment sigma = Masked(false)
  |> Classify(shapes(train = 90, test = 10), lr = 1, mask_lr = 1, length = 2 epochs, warmup = 1 epoch, batch = 9)
experiment positive = Masked(true)
  |> Classify(shapes(train = 90, test = 10), lr = 1, mask_lr = 1, length = 2 epochs, warmup = 1 epoch, batch = 9)
