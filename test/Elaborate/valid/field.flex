# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R12: names in a value type bind to what is there; channels broadcast from the right.
use std
block Outer() (x: [c]) -> [c, c] = reshape(x, [c, 1]) * x
network N() (x: [n] on grid[d]) -> [10] = reshape(x |> outer: Outer(), [n * n]) |> mean_of: Average() |> head: Linear(10)
block Average() (x: [c] on grid[d]) -> [c] = mean(x, over = space)
experiment main = N() |> Classify(shapes())
# CHECK: parameter head.weight [10, 9]
# CHECK: mul {{.*}} : [3, 3] on samples, image
