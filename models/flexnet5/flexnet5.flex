# FlexNet-5 on CIFAR-10: 454,046 parameters.
use std

experiment main = FlexNet(c = 22, factors = [1, 1.5, 1.5, 2, 2]) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
