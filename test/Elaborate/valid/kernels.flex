# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# Options of kernel networks: learned frequencies have an optimiser of their own, weights are normed, biases start as told.
use std
fn data() = shapes()
fn half(n: int) = 1 / n
network One(kernel: int -> kernel) (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, kernel = kernel) |> global_mean |> Linear(10)
experiment learned = One(SIREN(_, hidden = 4, learned = true)) |> Classify(data(), omega_lr = 0.5)
experiment fixed = One(SIREN(_, hidden = 4, omega0 = 12, bias = zero)) |> Classify(data())
experiment normed = One(nSIREN(_, hidden = 4)) |> Classify(data())
experiment biased = One(MAGNet(_, hidden = 4, layers = 2, bias = half)) |> Classify(data())
# CHECK: experiment learned
# CHECK: setting omega_lr = 0.5 real
# CHECK: parameter conv.kernel.sines.0.omega [1] @omega as
# CHECK: group omega: 2 parameters
# CHECK: experiment fixed
# CHECK: state conv.kernel.sines.0.omega [1]
# CHECK-NOT: group omega
# CHECK: function initialise
# CHECK: [[ZERO:%[0-9]+]] = constant value=[0]
# CHECK: [[BIAS:%[0-9]+]] = broadcast [[ZERO]] : [4]
# CHECK-NOT: stream=conv.kernel.sines.0.bias
# CHECK: -> parameter:conv.kernel.sines.0.bias = [[BIAS]]
# CHECK: experiment normed
# CHECK: parameter conv.kernel.sines.1.v [4, 4]
# CHECK: parameter conv.kernel.sines.1.g [4, 1]
# CHECK: parameter conv.kernel.output.g [12, 1]
# CHECK: experiment biased
# CHECK: function initialise
# CHECK: [[QUARTER:%[0-9]+]] = constant value=[0.25]
# CHECK: broadcast [[QUARTER]] : [4]
