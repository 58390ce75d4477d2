# Batch norm + residual + ReLU between convolutions of one tap, whose time is not counted: what they hand over has to be
# written to memory, as by a library.
use std

network Norm() (x: [36] on grid[2]) -> [10] {
  let y = x |> before: FlexConv(36)
  let s = x |> beside: FlexConv(36)
  return relu((y |> norm: BatchNorm) + s) |> after: FlexConv(36) |> global_mean |> head: Linear(10)
}
experiment main = Norm() |> Classify(npy("x.npy", "y.npy", channels = 36, rank = 2, classes = 10))
