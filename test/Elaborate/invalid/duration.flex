# RUN: not flexc check %s 2>&1 | FileCheck %s
# R27: epochs and plain numbers do not mix.
use std
recipe Slow(data: data) (net: network) {
  let y = net(data.x)
  let mixed = 2 epochs + 3
  loss = cross_entropy(y, data.label) + mixed
  optimizer = Adam(0.01)
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(10)
experiment main = N() |> Slow(shapes())
# CHECK: duration.flex:[[@LINE-6]]:15: error: cannot combine epochs and a plain number with '+'
experiment half = FlexNet(factors = [1]) |> Classify(shapes(), length = 2.5 steps)
# CHECK: error: 'length' must be a whole number of steps, got 2.5 steps
