# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R21: initialisers run at their param; fan_in is known there; other parameters stand for their initial values.
use std
block Own(w: init = normal(0, sqrt(2 / fan_in))) (x: [n]) -> [4] {
  param weight[4, n] = w
  param scale[4, 1] = norm(weight, 1)
  return sum(weight / scale * x)
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> own: Own() |> head: Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: function initialise
# CHECK: [[SD:%[0-9]+]] = constant value=[0.816496581]
# CHECK: [[W:%[0-9]+]] = draw {{.*}} [[SD]] kind=normal stream=own.weight : [4, 3]
# CHECK: mul [[W]] [[W]]
# CHECK: -> parameter:own.weight = [[W]]
