# RUN: not flexc check %s 2>&1 | FileCheck %s
# R12: shapes are known, and must match.
use std
block Same() (x: [c]) -> [c] = x |> Linear(c + 1)
# CHECK: field.flex:[[@LINE-1]]:26: error: the result of 'Same' must have c = 3 here, got 4 in [4] on samples
network N() (x: [n] on grid[2]) -> [10] {
  let a = x |> global_mean
  let b = a |> two: Linear(2)
  let s = a |> Same()
  let t = a + b
  return s + t
}
# CHECK: field.flex:[[@LINE-3]]:11: error: shapes [3] and [2] do not match in '+': [3] on samples and [2] on samples
network M() (x: [n] on grid[1]) -> [10] = x |> last |> Linear(10)
experiment main = N() |> Classify(shapes())
experiment other = M() |> Classify(shapes())
# CHECK: error: the argument 'x' of 'M': the rank of its grid must be 1, got 2
