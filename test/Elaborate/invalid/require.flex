# RUN: not flexc check %s 2>&1 | FileCheck %s
# R9: a condition that is known must hold, and the values in it are told; others look at parameters only.
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
# CHECK: require.flex:[[@LINE-11]]:11: error: 'c % 2 == 0' is required, but does not hold: c is 3
# CHECK: in odd of N
# CHECK: require.flex:[[@LINE-9]]:11: error: `require` is checked after every update: it can look at parameters and settings only
# What is not of this file is traced back to it.
experiment even = FlexNet(factors = [1], conv = Conv(_, size = 4)) |> Classify(shapes())
# CHECK: error: 'causal or size % 2 == 1' is required, but does not hold: causal is false, size is 4
# CHECK: in stem of FlexNet
# CHECK: require.flex:[[@LINE-3]]:19: note: in what 'FlexNet' is given here
# CHECK: require.flex:[[@LINE-4]]:12: note: in the experiment 'even'
block Late() (x: [c]) -> [c] {
  require now > 3
  return x
}
network L() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Late() |> Linear(10)
experiment late = L() |> Classify(shapes())
# CHECK: error: `require` is checked after every update: it can look at parameters and settings only
