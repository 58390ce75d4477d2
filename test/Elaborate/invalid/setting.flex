# RUN: not flexc check %s 2>&1 | FileCheck %s
# R24: what is set when the program runs is no shape.
use std
network N(width: real = 4) (x: [n] on grid[2]) -> [10] = x |> global_mean |> a: Linear(width) |> b: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: setting.flex:[[@LINE-2]]:88: error: the argument 'out' of 'Linear' must be known at compile time, got the setting 'width' (known only when the program runs)
