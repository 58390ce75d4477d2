# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R14: the last axis is indexed.
use std
network N() (x: [n] on grid[2]) -> [10] = stack([x[0], reshape(x, [1, 3])[.., 2][0]]) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: extract {{.*}} index=0
# CHECK: extract {{.*}} index=2
# CHECK: extract {{.*}} index=0 : [] on samples, image
# CHECK: stack {{.*}} : [2] on samples, image
