# The 6n + 2 residual networks: -D depth=20 (269,722 parameters), 32 (464,154), 44 (658,586), 56 (853,018), 110 (1,727,962).
use std

experiment main(depth: int = 44) = CIFARResNet(depth) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
