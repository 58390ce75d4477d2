# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R13: reductions go over the last channel axis, or over what is named.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let a = sum(x, over = space)
  let b = mean(x, over = [samples, space])
  let c = sum(x)
  return (a + b + mean(c, over = space)) |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: sum {{.*}} axes=[] space=true : [3] on samples
# CHECK: sum {{.*}} axes=[] samples=true space=true : [3]
# CHECK: sum {{.*}} axes=[0] : [] on samples, image
