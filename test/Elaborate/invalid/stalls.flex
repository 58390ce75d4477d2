# RUN: not flexc check %s 2>&1 | FileCheck %s
# R40: one rule in a recipe, of durations.
use std
recipe Two(data: data, length: duration = 9 epochs) (net: network) {
  loss = cross_entropy(net(data.x), data.label)
  optimizer = SGD(0.1 / (1 + stalls(3 epochs)))
  optimizer @mask = SGD(0.1 / (1 + stalls(4 epochs)))
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(10)
experiment main = N() |> Two(shapes())
# CHECK: stalls.flex:[[@LINE-4]]:36: error: `stalls` is counted by one rule in a recipe, and there is another one: {patience: '3 epochs'}
# CHECK: hint: call it once
recipe Plain(data: data, length: duration = 9 epochs) (net: network) {
  loss = cross_entropy(net(data.x), data.label)
  optimizer = SGD(0.1 / (1 + stalls(3)))
}
experiment plain = N() |> Plain(shapes())
# CHECK: stalls.flex:[[@LINE-3]]:37: error: the patience must be a duration that is known, or that the user can set; got 3
# CHECK: hint: for example 10 epochs
