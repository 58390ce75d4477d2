# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R27: durations reach the schedule in steps; now counts the steps done. Epochs that are written inside are steps times the
# length of an epoch, which the runtime provides.
use std
recipe Slow(data: data, rise: duration = 2 epochs, length: duration = 10 epochs) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label)
  optimizer = Adam(where(now < rise, 0.1, where(now < 7 epochs, 0.01, 0.001)))
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(10)
experiment main = N() |> Slow(shapes())
# CHECK: recipe {length: length}
# CHECK: setting rise = 2 epochs
# CHECK: setting steps per epoch = 1 runtime
# CHECK: function update.default
# CHECK: [[NOW:%[0-9]+]] = now
# CHECK: cmp [[NOW]] {{.*}} kind=lt
# CHECK: setting {{.*}}steps per epoch
