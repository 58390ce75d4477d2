# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R19: a tag gives parameters an optimiser of their own; the innermost that has one wins.
use std
recipe Two(data: data, lr: real = 0.1) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label)
  optimizer = Adam(lr)
  optimizer @slow = Adam(lr / 10)
}
network N() (x: [n] on grid[2]) -> [10] {
  let part @slow = Linear(4)
  return x |> global_mean |> part |> head: Linear(10)
}
experiment main = N() |> Two(shapes())
# CHECK: parameter part.bias [4] @slow
# CHECK: group default: 2 parameters, moments [m, v]
# CHECK: group slow: 2 parameters, moments [m, v]
# CHECK: function update.slow
