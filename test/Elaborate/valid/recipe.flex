# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R29: a recipe assigns slots; one not assigned is the argument of its name.
use std
recipe Plain(data: data, batch: size = 8) (net: network) {
  let y = net(data.x)
  loss = mse(y, data.y)
  metric = mean(abs(y - data.y), over = [samples, channels])
  optimizer = Adam(0.001)
  length = 100 steps
  keep = best(loss)
}
network N() (x: [n] on grid[1]) -> [1] = x |> last |> Linear(1)
experiment main = N() |> Plain(adding(50))
# CHECK: input {channels: 2, rank: 1}
# CHECK: output {channels: 1, each_step: false}
# CHECK: data {name: adding, steps: 50}
# CHECK: recipe {keep: {best: loss}, length: length, batch: batch}
# CHECK: setting length = 100 steps
# CHECK: -> metric
