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
# CHECK: experiment right
# CHECK: function initialise
# CHECK: [[ONE:%[0-9]+]] = constant value=[1]
# CHECK: [[LOW:%[0-9]+]] = constant value=[0.74995]
# CHECK-NEXT: draw {{%[0-9]+}} [[LOW]] [[ONE]] kind=uniform stream=conv.kernel.filters.0.mu
# CHECK: experiment compat
# CHECK: function initialise
# CHECK: [[LOW:%[0-9]+]] = constant value=[-0.125025]
# CHECK-NEXT: [[HIGH:%[0-9]+]] = constant value=[0.125025]
# CHECK-NEXT: draw {{%[0-9]+}} [[LOW]] [[HIGH]] kind=uniform stream=conv.kernel.filters.0.mu
# CHECK: experiment fourier
# CHECK: function initialise
# CHECK: constant value=[12.8]
# CHECK: experiment authors
# CHECK: function initialise
# CHECK: constant value=[128]
