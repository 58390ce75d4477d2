# One convolution between two pointwise blocks: in front of it something to train, so that a step needs the gradient of its
# input, and behind it something whose gradient differs at every point.
use std

block Scale() (x: [c]) -> [c] {
  param weight[c] = 1
  return weight * x
}
block Power() (x: [c] on grid[d]) -> [c] = mean(x ^ 2, over = space)

network Image(c: int) (x: [n] on grid[2]) -> [10] =
  x |> scale: Scale() |> conv: FlexConv(c) |> power: Power() |> head: Linear(10)
network Signal(c: int) (x: [n] on grid[1]) -> [10] =
  x |> scale: Scale() |> conv: CausalFlex(c) |> power: Power() |> head: Linear(10)

experiment image36 = Image(36) |> Classify(npy("x.npy", "y.npy", channels = 36, rank = 2, classes = 10))
experiment image24 = Image(24) |> Classify(npy("x.npy", "y.npy", channels = 24, rank = 2, classes = 10))
experiment signal36 = Signal(36) |> Classify(npy("x.npy", "y.npy", channels = 36, rank = 1, classes = 10))
experiment signal24 = Signal(24) |> Classify(npy("x.npy", "y.npy", channels = 24, rank = 1, classes = 10))
