# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R20: defaults stand in the signature and are evaluated at construction.
use std
block Wide(half: int = 2, out: int = 2 * half) (x: [c]) -> [out] = x |> inner: Linear(out)
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> a: Wide() |> b: Wide(4) |> c: Wide(out = 10)
experiment main = N() |> Classify(shapes())
# CHECK: parameter a.inner.bias [4]
# CHECK: parameter b.inner.bias [8]
# CHECK: parameter c.inner.bias [10]
