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
# Networks have blocks, and what optimisers and penalties are given is in range.
experiment empty = SeqNet(blocks = 0) |> Classify(recordings("fsdd", classes = 10))
# CHECK: error: 'blocks >= 1' is required, but does not hold: blocks is 0
experiment fast = Net(One()) |> Classify(shapes(), method = Adam(_, b1 = 1.5))
# CHECK: error: 'b1 >= 0 and b1 < 1 and b2 >= 0 and b2 < 1 and eps >= 0' is required, but does not hold: b1 is 1.5, b2 is 0.999
experiment heavy = Net(One()) |> Classify(shapes(), method = SGD(_, momentum = 1))
# CHECK: error: 'momentum >= 0 and momentum < 1 and decay >= 0' is required, but does not hold: momentum is 1, decay is 0
experiment mean = Net(One()) |> Classify(shapes(), method = RMSprop(_, alpha = -0.5))
# CHECK: error: 'alpha >= 0 and alpha < 1 and {{.*}}' is required, but does not hold: alpha is -0.5
experiment narrow = Net(One()) |> Classify(shapes(), penalty = alias_free(_, stddevs = -2))
# CHECK: error: 'weight >= 0 and stddevs >= 0 and limit >= 0' is required, but does not hold: weight is 1, stddevs is -2
experiment reward = Net(One()) |> Classify(shapes(), penalty = kernel_norms(_, -0.1))
# CHECK: error: 'weight >= 0' is required, but does not hold: weight is -0.1
