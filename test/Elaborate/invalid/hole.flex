# RUN: not flexc check %s 2>&1 | FileCheck %s
# R11: a call with open arguments is a function, not a value.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let f = Linear(_)
  return f + 1 + global_mean(x)
}
experiment main = N() |> Classify(shapes())
# CHECK: hole.flex:[[@LINE-3]]:10: error: expected a number or a field for an operand of '+', got a call with arguments left open
