# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# Filters of a causal kernel begin at the present, where its mask is, or as in the authors' code around the middle of the
# past. A Fourier network's input scale is the other networks', or the authors' 256.
use std
fn data() = sequential(mnist())
network One(conv: int -> block) (x: [n] on grid[1]) -> [10] = x |> conv: conv(4) |> last |> Linear(10)
experiment right = One(CausalFlex) |> Classify(data())
experiment compat = One(CausalFlexCompat) |> Classify(data())
experiment fourier = One(CKConv(_, kernel = FourierNet(_, hidden = 4), causal = true)) |> Classify(data())
experiment authors =
  One(CKConv(_, kernel = FourierNet(_, hidden = 4, input_scale = 256), causal = true)) |> Classify(data())
