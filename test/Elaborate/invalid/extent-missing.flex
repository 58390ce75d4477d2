# RUN: not flexc check %s 2>&1 | FileCheck %s
# R10: a mask that varies must say where it lives.
use std
mask Round() (p: [d]) -> real = exp(-sum(p ^ 2))
network N() (x: [n] on grid[2]) -> [10] = x |> FlexConv(4, mask = Round()) |> global_mean |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: error: the mask 'Round' does not say where it lives
# CHECK: in flex_conv of N
# CHECK: hint: state it in its body
