# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R31: use brings in a module; a file's own names come first.
use std
fn relu(x: real) = max(x, -1)
network N() (x: [n] on grid[2]) -> [10] = x |> relu |> global_mean |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: constant value=[-1]
