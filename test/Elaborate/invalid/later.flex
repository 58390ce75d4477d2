# RUN: not flexc check %s 2>&1 | FileCheck %s
# R33: what is not built yet is refused by name.
use std
kernel Other(out: int) (p: [d]) -> [out] extern
network N() (x: [n] on grid[2]) -> [10] =
  x |> FlexConv(4, kernel = Other(_)) |> global_mean |> Linear(10)
experiment main = N() |> Classify(shapes())
# CHECK: error: 'Other' is `extern`, which is not built yet
