# RUN: not flexc check %s 2>&1 | FileCheck %s
# R30: a network has an output for each class of its data.
use std
experiment many = FlexNet(c = 4, factors = [1]) |> Classify(cifar100())
# CHECK: classes.flex:[[@LINE-1]]:12: error: the data has 100 classes, but the network 'FlexNet' has 10 outputs
# CHECK: hint: write FlexNet(..., classes = 100)
experiment characters = SeqNet(blocks = 1) |> Classify(character_trajectories())
# CHECK: classes.flex:[[@LINE-1]]:12: error: the data has 20 classes, but the network 'SeqNet' has 10 outputs
# CHECK: hint: write SeqNet(..., out = 20)
network Three() (x: [n] on grid[2]) -> [3] = x |> global_mean |> Linear(3)
experiment own = Three() |> Classify(shapes())
# CHECK: classes.flex:[[@LINE-1]]:12: error: the data has 10 classes, but the network 'Three' has 3 outputs
experiment moved {
  let first = FlexNet(c = 4, factors = [1]) |> Classify(cifar10())
  let other = first |> Evaluate(cifar100())
}
# CHECK: classes.flex:[[@LINE-2]]:{{[0-9]+}}: error: the data has 100 classes, but the network 'FlexNet' has 10 outputs
