# RUN: not flexc check %s 2>&1 | FileCheck %s
# R27: epochs and plain numbers do not mix; an epoch in arithmetic is an argument.
use std
recipe Slow(data: data) (net: network) {
  let y = net(data.x)
  let mixed = 2 epochs + 3
  loss = cross_entropy(y, data.label) + mixed
  optimizer = Adam(where(now < 2 epochs, 0.1, 0.01))
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(10)
experiment main = N() |> Slow(shapes())
# CHECK: duration.flex:[[@LINE-6]]:15: error: cannot combine epochs and a plain number with '+'
# CHECK: duration.flex:[[@LINE-5]]:26: error: a duration in epochs can be used in arithmetic only as an argument
# CHECK: hint: make it an argument
