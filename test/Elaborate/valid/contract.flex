# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R5: a kernel is a function of a position, a mask gives one number for each.
use std
kernel Wave(out: int) (p: [d]) -> [out] = sin(p |> inner: Linear(out))
mask Half() (p: [d]) -> real {
  param edge @mask = 0.5
  extent box(-edge, edge)
  return where(abs(p[0]) < edge, 1, 0)
}
network N() (x: [n] on grid[2]) -> [10] = x |> conv: FlexConv(4, kernel = Wave(_), mask = Half()) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: parameter conv.mask.edge []{{.*}}@mask
# CHECK: parameter conv.kernel.inner.weight [12, 2]
# CHECK: group mask: 1 parameters
