# RUN: not flexc check %s 2>&1 | FileCheck %s
# R34: what has no highest frequency is refused at the operation in the way; only functions of the position have one.
use std
fn first(net: network) = sum(bands(each(kernel, net)[0]))
network N(kernel: int -> kernel) (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, kernel = kernel) |> global_mean |> head: Linear(10)
kernel Sharp(out: int) (p: [d]) -> [out] = max(p |> inner: Linear(4), 0) |> output: Linear(out)
kernel Steep(out: int) (p: [d]) -> [out] = p |> output: Linear(out)
kernel Chirp(out: int) (p: [d]) -> [out] = sin(sum(p ^ 2)) |> up: reshape(_, [1]) |> output: Linear(out)
fn of_head(net: network) = sum(bands(net.head))
fn grid_of_head(net: network) = nyquist(net.head)
experiment waves = N(SIREN(_)) |> Classify(shapes(), penalty = first)
experiment sharp = N(Sharp(_)) |> Classify(shapes(), penalty = first)
experiment steep = N(Steep(_)) |> Classify(shapes(), penalty = first)
experiment chirp = N(Chirp(_)) |> Classify(shapes(), penalty = first)
experiment none = N(MAGNet(_)) |> Classify(shapes(), penalty = of_head)
experiment grid = N(MAGNet(_)) |> Classify(shapes(), penalty = grid_of_head)
