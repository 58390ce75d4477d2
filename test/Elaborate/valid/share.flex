# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R4: a body constructs once per instance; applied twice, it is shared.
use std
block Twice() (x: [c]) -> [c] = x |> inner: Linear(c)
network N() (x: [n] on grid[2]) -> [10] {
  let k = Twice()
  return x |> global_mean |> k |> k |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: parameter k.inner.bias [3]
# CHECK-NEXT: parameter k.inner.weight [3, 3]
# CHECK-NEXT: parameter head.bias
