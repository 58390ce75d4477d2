# RUN: not flexc check %s 2>&1 | FileCheck %s
# R38: only functions of the position have frequencies, and only the grid of a kernel has a limit.
use std
network N() (x: [n] on grid[2]) -> [10] = x |> conv: FlexConv(4) |> global_mean |> head: Linear(10)
fn of_head(net: network) = sum(bands(net.head))
fn of_image(net: network) = sum(bands(net.conv))
fn grid_of_head(net: network) = nyquist(net.head)
fn many(net: network) = sum(bands(net.conv.kernel, stddevs = stack([1, 2])))
experiment head = N() |> Classify(shapes(), penalty = of_head)
# CHECK: bands.flex:5:38: error: frequencies are those of a function of the position, but this is [10] on samples
experiment image = N() |> Classify(shapes(), penalty = of_image)
# CHECK: bands.flex:6:39: error: frequencies are those of a function of the position, but this is [4] on samples, image
experiment grid = N() |> Classify(shapes(), penalty = grid_of_head)
# CHECK: bands.flex:7:41: error: the limit is that of a kernel's grid, but [10] on samples has none
experiment two = N() |> Classify(shapes(), penalty = many)
# CHECK: bands.flex:8:62: error: `stddevs` must be one number, got [2]
fn Ordinary(out: int) = Conv(out)
experiment taps = FlexNet(c = 2, factors = [1], conv = Ordinary) |> Classify(shapes(), penalty = alias_free(_))
# CHECK: error: the network 'FlexNet' contains no kernel
# CHECK: hint: kernels are functions of a position, sampled by layers such as FlexConv
experiment norms = FlexNet(c = 2, factors = [1], conv = Ordinary) |> Classify(shapes(), penalty = kernel_norms(_, 0.1))
# CHECK: error: the network 'FlexNet' contains no 'FlexConv'
