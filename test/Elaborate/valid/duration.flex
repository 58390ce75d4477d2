# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R27: durations reach the schedule in steps; now counts the steps done.
use std
recipe Slow(data: data, rise: duration = 2 epochs, length: duration = 10 epochs) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label)
  optimizer = Adam(where(now < rise, 0.1, 0.01))
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(10)
experiment main = N() |> Slow(shapes())
# CHECK: recipe {length: length}
# CHECK: setting rise = 2 epochs
# CHECK: function update.default
# CHECK: [[NOW:%[0-9]+]] = now
# CHECK: cmp [[NOW]] {{.*}} kind=lt
