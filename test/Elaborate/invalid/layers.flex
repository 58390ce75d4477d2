# RUN: not flexc check %s 2>&1 | FileCheck %s
# R9: what a layer of the library is given must mean something.
use std
network Negative() (x: [n] on grid[2]) -> [10] = x |> Conv(8, size = -3) |> global_mean |> Linear(10)
experiment negative = Negative() |> Classify(shapes())
# CHECK: error: 'size >= 1' is required, but does not hold: size is -3
# CHECK: in conv of Negative
# CHECK-NOT: error
# A mask is somewhere, and a width that is given is known to be one before anything is trained.
fn Net(mask: mask) = FlexNet(c = 2, factors = [1], conv = FlexConv(_, mask = mask))
experiment inverted = Net(Gaussian(init = -1)) |> Classify(shapes())
# CHECK: error: 'init > 0' is required, but does not hold: init is -1
# CHECK: in mask of Gaussian
# CHECK: layers.flex:[[@LINE-3]]:27: note: in what 'Gaussian' is given here
experiment thin = Net(Rotated(init = 0)) |> Classify(shapes())
# CHECK: error: 'init > 0' is required, but does not hold: init is 0
experiment logarithm = Net(Gaussian(init = 0, positive = true)) |> Classify(shapes())
# CHECK: error: 'init > 0' is required, but does not hold: init is 0
experiment high = Net(Gaussian(threshold = 1.5)) |> Classify(shapes())
# CHECK: error: 'threshold > 0 and threshold < 1' is required, but does not hold: threshold is 1.5
