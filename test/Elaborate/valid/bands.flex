# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R38: `bands` has one bound for each multiplied factor, as elaboration counts them; `nyquist` is the limit of the grid.
use std
kernel Two(out: int) (p: [d]) -> [out] {
  let a = sin(p |> up: Linear(4)) * exp(-sum(p ^ 2))   # one factor: waves and windows of the same channels
  let b = cos(p |> down: Linear(4))
  return (b * (a |> mix: Linear(4))) |> output: Linear(out)
}
fn limit(net: network) {
  let k = each(kernel, net)[0]
  let f = bands(k, 1)
  let m = bands(each(mask, net)[0])
  require count(f) == 2 and count(m) == 1
  return relu(sum(f) + m[0] - nyquist(k))
}
network N() (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, kernel = Two(_)) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes(), penalty = limit)
# CHECK: function loss
# CHECK: band {{.*}} part=both : [2]
# CHECK: band {{.*}} part=both : [1]
# CHECK: nyquist space=conv.taps
