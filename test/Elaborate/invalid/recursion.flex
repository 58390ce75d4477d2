# RUN: not flexc check %s 2>&1 | FileCheck %s
# R3: recursion ends.
use std
fn forever(n: int) = forever(n + 1)
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(10 * forever(0))
experiment main = N() |> Classify(shapes())
# CHECK: recursion.flex:[[@LINE-3]]:22: error: more than 150 calls are nested here
# CHECK: hint: does a function call itself without end?
