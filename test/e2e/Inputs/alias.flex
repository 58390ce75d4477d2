# Every way to keep a kernel's frequencies below the limit of its grid, at once.
use std

fn free(net: network) =
  alias_free(net, 0.1, masked = true) + alias_free(net, 0.01, summed = true, compat = true, penalty = offset_elu) +
  alias_free(net, 0.2, stddevs = 1.5, sines = false, limit = 2) + alias_free(net, 0.1, stddevs = 0)

network Net() (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(2, kernel = MAGNet(_, hidden = 4, layers = 2)) |> tanh |> global_mean |> head: Linear(10)

experiment main = Net()
  |> Classify(shapes(train = 20, test = 10), length = 1 epoch, warmup = 1 epoch, batch = 10, penalty = free)
