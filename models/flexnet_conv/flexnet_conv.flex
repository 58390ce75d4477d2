# FlexNet-7 with ordinary convolutions, of 3x3 (169,990 parameters) or -D size=33 (19,998,790).
use std

experiment main(size: int = 3) =
  FlexNet(conv = Conv(_, size = size)) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
