# Batch norm + residual + ReLU between convolutions of one tap, whose time is not counted: they make both of its operands
# and take its result, and both of its gradients.
use std

block Part() (x: [c] on grid[2]) -> [c] {
  let y = x |> before: FlexConv(c)
  let s = x |> beside: FlexConv(c)
  return relu((y |> norm: BatchNorm) + s)
}
network Net() (x: [36] on grid[2]) -> [10] = x |> part: Part |> after: FlexConv(36) |> global_mean |> head: Linear(10)
experiment main = Net() |> Classify(npy("x.npy", "y.npy", channels = 36, rank = 2, classes = 10))
