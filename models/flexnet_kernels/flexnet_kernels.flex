# FlexNet-7 with other kernel networks, and without masks.
use std

experiment main = FlexNet(conv = FlexConv(_, kernel = GaborNet(_))) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
experiment fourier =
  FlexNet(conv = FlexConv(_, kernel = FourierNet(_))) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
experiment siren =
  FlexNet(conv = FlexConv(_, kernel = SIREN(_))) |> Classify(cifar10(augment = [pad_crop(4), hflip]), lr = 0.001)
experiment ckconv = FlexNet(conv = CKConv(_)) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
experiment rotated = FlexNet(conv = FlexConv(_, mask = Rotated())) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
experiment steered =
  FlexNet(conv = FlexConv(_, kernel = MAGNet(_, steered = true))) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
experiment nsiren = FlexNet(conv = FlexConv(_, kernel = SIREN(_, normed = true)))
  |> Classify(cifar10(augment = [pad_crop(4), hflip]), lr = 0.001)
experiment mlp = FlexNet(conv = FlexConv(_, kernel = MLP(_))) |> Classify(cifar10(augment = [pad_crop(4), hflip]))
