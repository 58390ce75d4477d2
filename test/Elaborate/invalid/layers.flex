# RUN: not flexc check %s 2>&1 | FileCheck %s
# R9: what a layer of the library is given must mean something.
use std
network Negative() (x: [n] on grid[2]) -> [10] = x |> Conv(8, size = -3) |> global_mean |> Linear(10)
experiment negative = Negative() |> Classify(shapes())
# CHECK: error: 'size >= 1' is required, but does not hold: size is -3
# CHECK: in conv of Negative
# CHECK-NOT: error
