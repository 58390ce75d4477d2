# The paper's penalty on kernels, and the same network without it.
use std

network Two() (x: [n] on grid[2]) -> [10] =
  x |> a: FlexConv(3) |> relu |> b: FlexConv(4) |> global_mean |> head: Linear(10)

experiment main =
  Two() |> Classify(shapes(train = 20, test = 10), length = 2 epochs, batch = 10, penalty = kernel_norms(_, 0.5))
experiment plain = Two() |> Classify(shapes(train = 20, test = 10), length = 2 epochs, batch = 10)
