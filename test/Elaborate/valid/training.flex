# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R26: training is constant in each function; dropout is there in training only.
use std
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Dropout(0.5) |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: function loss
# CHECK: bernoulli
# CHECK: function evaluate
# CHECK-NOT: bernoulli
# CHECK: function forward
# CHECK-NOT: target
