# FlexNet-16 on CIFAR-10: 671,650 parameters.
use std

experiment main = FlexNet() |> Classify(cifar10(augment = [pad_crop(4), hflip]))
