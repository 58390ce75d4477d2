# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R10: a mask says where it lives; positions are cropped to that.
use std
network N() (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4) |> global_mean |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: space conv.taps rank 2 taps
# CHECK: function loss
# CHECK: [[LOW:%[0-9]+]] = extent {{.*}} level=0.1 : [2]
# CHECK: [[HIGH:%[0-9]+]] = result
# CHECK: crop [[LOW]] [[HIGH]] of=image points=n 1 + n 2 % - space=conv.taps
