# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R39: a kernel, a mask or a block of theirs may state the highest frequency of its result; a stated one is one factor.
use std
kernel Sharp(out: int, limit: real = 6) (p: [d]) -> [out] {
  band limit
  return max(p |> inner: Linear(4), 0) |> output: Linear(out)
}
fn bound(net: network) {
  let f = bands(each(kernel, net)[0])
  require count(f) == 1
  return f[0]
}
network N() (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, kernel = Sharp(_)) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes(), penalty = bound)
# CHECK: function loss
# CHECK: [[LIMIT:%[0-9]+]] = constant value={{\[6\]}}
# CHECK: [[STATED:%[0-9]+]] = stated_band {{%[0-9]+}} [[LIMIT]] : [12] on conv.taps
# CHECK: band [[STATED]] {{.*}} : [1]
