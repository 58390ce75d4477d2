# RUN: not flexc check %s 2>&1 | FileCheck %s
# R37: a network answers once, or at the points of its input.
use std
recipe Fit(data: data) (net: network) {
  loss = mean(net(data.x) ^ 2, over = [samples, space, channels])
  optimizer = Adam(0.01)
}
network N() (x: [n] on grid[2]) -> [4] = x |> Conv(4, stride = 2)
experiment main = N() |> Fit(shapes())
# CHECK: subsample-output.flex:8:9: error: the network answers at the points of 'image.by2', which are not those of its input
