# RUN: not flexc check %s 2>&1 | FileCheck %s
# R37: points that were kept and all points are different sets.
use std
network N() (x: [n] on grid[2]) -> [10] = x + subsample(x, 2) |> global_mean |> Linear(10)
network M() (x: [n] on grid[2]) -> [10] = subsample(x, 0) |> global_mean |> Linear(10)
network K() (x: [n] on grid[2]) -> [10] = subsample(global_mean(x), 2) |> Linear(10)
experiment main = N() |> Classify(shapes())
experiment none = M() |> Classify(shapes())
experiment vector = K() |> Classify(shapes())
# CHECK: error: {{.*}}image{{.*}}image.by2
# CHECK: error: the stride must be positive
# CHECK: error: `subsample` takes points of a grid, for each sample
