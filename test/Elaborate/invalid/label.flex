# RUN: not flexc check %s 2>&1 | FileCheck %s
# R16: two instances of one name are an error, never numbered.
use std
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(4) |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: label.flex:[[@LINE-2]]:76: error: two instances are called 'linear' here
# CHECK: hint: label them
# CHECK: label.flex:[[@LINE-4]]:63: note: the other one
