# RUN: not flexc check %s 2>&1 | FileCheck %s
# R7: next belongs to a state of the body.
use std
block Count() (x: [c]) -> [c] {
  let seen = 0
  next seen = 1
  return x + seen
}
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Count() |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: state.flex:[[@LINE-5]]:8: error: 'seen' is not a state of this body
