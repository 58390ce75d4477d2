# RUN: not flexc check %s 2>&1 | FileCheck %s
# R9: a condition that is known must hold; others look at parameters only.
use std
block Odd() (x: [c]) -> [c] {
  require c % 2 == 0
  return x
}
block Positive() (x: [c]) -> [c] {
  require x > 0
  return x
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Odd() |> Linear(10)
network M() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Positive() |> Linear(10)
experiment main = N() |> Classify(shapes())
experiment other = M() |> Classify(shapes())
# CHECK: require.flex:[[@LINE-11]]:11: error: 'c % 2 == 0' is required, but does not hold
# CHECK: in odd of N
# CHECK: require.flex:[[@LINE-9]]:11: error: `require` is checked after every update: it can look at parameters and settings only
