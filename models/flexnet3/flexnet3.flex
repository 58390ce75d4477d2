# FlexNet-3 on CIFAR-10: 277,090 parameters.
use std

experiment main = FlexNet(factors = [1, 1.5, 2]) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
