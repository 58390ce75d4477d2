# RUN: not flexc check %s 2>&1 | FileCheck %s
# R15: ranges are of whole numbers and of reasonable length.
use std
fn size_of(a: list, b: list) = count(a) + count(b)
network N() (x: [n] on grid[2]) -> [10] {
  let a = [i for i in 1..1.5]
  let b = 1..100000000
  return x |> global_mean |> Linear(size_of(a, b))
}
experiment main = N() |> Classify(shapes())
# CHECK: list.flex:[[@LINE-5]]:26: error: the end of a range must be a whole number, got 1.5
# CHECK: list.flex:[[@LINE-5]]:11: error: a range of more than 1000000 numbers
