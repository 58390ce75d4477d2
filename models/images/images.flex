# The paper's other image sets.
use std

fn five(conv: int -> block = FlexConv(_), c: int = 22) =
  FlexNet(c = c, factors = [1, 1.5, 1.5, 2, 2], classes = 1000, conv = conv)

experiment mnist_7 = FlexNet() |> Classify(mnist())
experiment imagenet32 =
  five() |> Classify(imagenet(32, augment = [pad_crop(4), hflip]), batch = 2048, penalty = kernel_norms(_, 0.00001))
experiment imagenet32_njet =
  five(conv = NJetConv(_), c = 32) |> Classify(imagenet(32, augment = [pad_crop(4), hflip]), batch = 2048)
experiment stl10_7 =
  FlexNet(c = 68) |> Classify(stl10(augment = [pad_crop(12), hflip]), batch = 256, length = 100 epochs)
