# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R30: a data set gives typed fields and a clause for the runtime.
use std
experiment main = SeqNet(blocks = 1, width = 4) |> Classify(sequential(cifar10(augment = [pad_crop(4), hflip])))
experiment mine = FlexNet(c = 4, factors = [1], classes = 5)
  |> Classify(npy(x = "x.npy", y = "y.npy", channels = 2, rank = 2, classes = 5))
experiment copy = SeqNet(blocks = 1, width = 4, each_step = true) |> CopyMemory(delay = 30)
experiment sized = FlexNet(c = 4, factors = [1]) |> Classify(mnist(resize = [16, 20], augment = [hflip]))
# CHECK: experiment main: SeqNet
# CHECK: input {channels: 3, rank: 1}
# CHECK: data {name: sequential, images: {name: cifar10, augment: [{name: pad_crop, args: [4]}, {name: hflip}]}}
# CHECK: experiment mine: FlexNet
# CHECK: data {name: npy, x: 'x.npy', y: 'y.npy', classes: 5}
# CHECK: experiment copy: SeqNet
# CHECK: output {channels: 10, each_step: true}
# CHECK: data {name: copy_memory, steps: 30}
# CHECK: experiment sized: FlexNet
# CHECK: data {name: mnist, augment: [{name: hflip}], resize: [16, 20]}
