# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R25: decimals are exact rationals.
use std
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> a: Linear(1.5 * 24) |> b: Linear(0.1 * 3 * 10 + 7)
experiment main = N() |> Classify(shapes())
# CHECK: parameter a.bias [36]
# CHECK: parameter b.bias [10]
