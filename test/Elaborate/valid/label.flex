# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R16: a path segment is the label, the let, the argument or the callee in snake_case.
use std
block Holder(part: block) (x: [c]) -> [4] = x |> part
network N() (x: [n] on grid[2]) -> [10] {
  let named = Linear(7)
  return x |> global_mean |> BatchNorm |> named |> Holder(Linear(4)) |> last_one: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK-DAG: parameter batch_norm.bias [3]
# CHECK-DAG: parameter named.bias [7]
# CHECK-DAG: parameter holder.part.bias [4]
# CHECK-DAG: parameter last_one.bias [10]
