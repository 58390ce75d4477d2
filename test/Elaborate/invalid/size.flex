# RUN: not flexc check %s 2>&1 | FileCheck %s
# R28: a size is linear in the input's, and no shape.
use std
fn square(n: size) = n * n
network N() (x: [n] on grid[2]) -> [10] = x |> a: FlexConv(4, points = square) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: size.flex:[[@LINE-3]]:22: error: the number of points must be linear in the size: '*' of two sizes is not
