# RUN: not flexc check %s 2>&1 | FileCheck %s
# R18: names are made of integers and strings.
use std
network N() (x: [n] on grid[2]) -> [10] {
  let layers as "net.{l / 2}" = [Linear(4) for l in 1..2]
  return x |> global_mean |> layers |> head: Linear(10)
}
experiment main = N() |> Classify(shapes())
# CHECK: authors.flex:[[@LINE-4]]:23: error: a name is made of integers and strings, not of 0.5
