# RUN: not flexc check %s 2>&1 | FileCheck %s
# R8: what is known only when the program runs cannot choose.
use std
network N(rate: real = 0.5) (x: [n] on grid[2]) -> [10] {
  let y = if rate > 0 then x else relu(x)
  for i in rate { let z = i }
  return y |> global_mean |> Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: static.flex:[[@LINE-5]]:14: error: this condition is known only when the program runs, but `if` chooses at compile time
# CHECK: hint: use where(condition, a, b)
# CHECK: static.flex:[[@LINE-6]]:12: error: a loop is unrolled at compile time, but this is known only when the program runs
