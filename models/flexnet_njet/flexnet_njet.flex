# FlexNet-7 with Gaussian derivatives of learned scale: 698,503 parameters.
use std

experiment main = FlexNet(c = 38, conv = NJetConv(_)) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
