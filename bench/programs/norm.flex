# Batch norm + residual + ReLU, forward and backward, alone.
use std
network Norm() (x: [36] on grid[2]) -> [36] = relu((x |> norm: BatchNorm) + x)
recipe Sum(data: data) (net: network) {
  loss = sum(net(data.x) * data.y, over = [samples, space, channels])
  optimizer = Adam(0.01)
}
experiment main = Norm() |> Sum(npy("x.npy", "y.npy", channels = 36, rank = 2, targets = 36, each_point = true))
