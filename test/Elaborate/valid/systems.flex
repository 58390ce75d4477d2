# RUN: flexc emit --stage=elaborated %s | grep -E "^experiment|trained values" | FileCheck %s
# Every system of the paper, one experiment each, with the number of its trained values. Nothing is compiled.
use std

fn images(classes: int = 10) = npy("x.npy", "y.npy", channels = 3, rank = 2, classes = classes)
fn signals(channels: int) = npy("x.npy", "y.npy", channels = channels, rank = 1, classes = 10)
fn gray() = npy("x.npy", "y.npy", channels = 1, rank = 2, classes = 10)

experiment flexnet3 = FlexNet(factors = [1, 1.5, 2]) |> Classify(images())
# CHECK: experiment flexnet3:
# CHECK-NEXT: {{ }}277090 trained
experiment flexnet5 = FlexNet(c = 22, factors = [1, 1.5, 1.5, 2, 2]) |> Classify(images())
# CHECK: experiment flexnet5:
# CHECK-NEXT: {{ }}454046 trained
experiment flexnet7 = FlexNet() |> Classify(images())
# CHECK: experiment flexnet7:
# CHECK-NEXT: {{ }}671650 trained
experiment flexnet7_mnist = FlexNet() |> Classify(gray())
# CHECK: experiment flexnet7_mnist:
# CHECK-NEXT: {{ }}670066 trained
experiment flexnet5_imagenet32 =
  FlexNet(c = 22, factors = [1, 1.5, 1.5, 2, 2], classes = 1000) |> Classify(images(1000))
# CHECK: experiment flexnet5_imagenet32:
# CHECK-NEXT: {{ }}498596 trained
experiment flexnet_stl = FlexNet(c = 68) |> Classify(images())
# CHECK: experiment flexnet_stl:
# CHECK-NEXT: {{ }}4939452 trained

experiment conv3 = FlexNet(conv = Conv(_, size = 3)) |> Classify(images())
# CHECK: experiment conv3:
# CHECK-NEXT: {{ }}169990 trained
experiment conv33 = FlexNet(conv = Conv(_, size = 33)) |> Classify(images())
# CHECK: experiment conv33:
# CHECK-NEXT: {{ }}19998790 trained
experiment ckconv_siren = FlexNet(conv = CKConv(_, kernel = SIREN(_))) |> Classify(images())
# CHECK: experiment ckconv_siren:
# CHECK-NEXT: {{ }}627910 trained
experiment flexconv_siren = FlexNet(conv = FlexConv(_, kernel = SIREN(_))) |> Classify(images())
# CHECK: experiment flexconv_siren:
# CHECK-NEXT: {{ }}627970 trained
experiment ckconv_magnet = FlexNet(conv = CKConv(_)) |> Classify(images())
# CHECK: experiment ckconv_magnet:
# CHECK-NEXT: {{ }}671590 trained
experiment gabor = FlexNet(conv = FlexConv(_, kernel = GaborNet(_))) |> Classify(images())
# CHECK: experiment gabor:
# CHECK-NEXT: {{ }}669730 trained
experiment fourier = FlexNet(conv = FlexConv(_, kernel = FourierNet(_))) |> Classify(images())
# CHECK: experiment fourier:
# CHECK-NEXT: {{ }}663970 trained
experiment njet7 = FlexNet(c = 38, conv = NJetConv(_)) |> Classify(images())
# CHECK: experiment njet7:
# CHECK-NEXT: {{ }}698503 trained
experiment njet7_order3 = FlexNet(c = 38, conv = NJetConv(_, order = 3)) |> Classify(images())
# CHECK: experiment njet7_order3:
# CHECK-NEXT: {{ }}468698 trained
experiment njet5_imagenet32 =
  FlexNet(c = 32, factors = [1, 1.5, 1.5, 2, 2], classes = 1000, conv = NJetConv(_)) |> Classify(images(1000))
# CHECK: experiment njet5_imagenet32:
# CHECK-NEXT: {{ }}460099 trained
experiment steered = FlexNet(conv = FlexConv(_, kernel = MAGNet(_, steered = true))) |> Classify(images())
# CHECK: experiment steered:
# CHECK-NEXT: {{ }}673570 trained
experiment rotated = FlexNet(conv = FlexConv(_, mask = Rotated())) |> Classify(images())
# CHECK: experiment rotated:
# CHECK-NEXT: {{ }}671665 trained

experiment flextcn2_smnist = SeqNet(blocks = 2) |> Classify(signals(1))
# CHECK: experiment flextcn2_smnist:
# CHECK-NEXT: {{ }}105548 trained
experiment flextcn2_scifar = SeqNet(blocks = 2) |> Classify(signals(3))
# CHECK: experiment flextcn2_scifar:
# CHECK-NEXT: {{ }}107588 trained
experiment flextcn2_npcifar = SeqNet(blocks = 2) |> Classify(signals(96))
# CHECK: experiment flextcn2_npcifar:
# CHECK-NEXT: {{ }}202448 trained
experiment flextcn2_mfcc = SeqNet(blocks = 2) |> Classify(signals(20))
# CHECK: experiment flextcn2_mfcc:
# CHECK-NEXT: {{ }}124928 trained
experiment flextcn4_smnist = SeqNet(blocks = 4) |> Classify(signals(1))
# CHECK: experiment flextcn4_smnist:
# CHECK-NEXT: {{ }}239436 trained
experiment flextcn4_scifar = SeqNet(blocks = 4) |> Classify(signals(3))
# CHECK: experiment flextcn4_scifar:
# CHECK-NEXT: {{ }}241476 trained
experiment flextcn6_smnist = SeqNet() |> Classify(signals(1))
# CHECK: experiment flextcn6_smnist:
# CHECK-NEXT: {{ }}373324 trained
experiment flextcn6_scifar = SeqNet() |> Classify(signals(3))
# CHECK: experiment flextcn6_scifar:
# CHECK-NEXT: {{ }}375364 trained
experiment cktcn_magnet = SeqNet(blocks = 2, conv = CausalCK) |> Classify(signals(1))
# CHECK: experiment cktcn_magnet:
# CHECK-NEXT: {{ }}105540 trained
experiment cktcn_siren =
  SeqNet(blocks = 2, conv = CKConv(_, kernel = SIREN(_), points = same, causal = true)) |> Classify(signals(1))
# CHECK: experiment cktcn_siren:
# CHECK-NEXT: {{ }}95300 trained
experiment ckcnn_big = CKCNN(width = 100, normed = false) |> Classify(signals(1))
# CHECK: experiment ckcnn_big:
# CHECK-NEXT: {{ }}1000190 trained

experiment ckcnn = CKCNN() |> Classify(signals(1))
# CHECK: experiment ckcnn:
# CHECK-NEXT: {{ }}98286 trained
experiment tcn = TCN() |> Classify(signals(1))
# CHECK: experiment tcn:
# CHECK-NEXT: {{ }}66510 trained

experiment resnet20 = CIFARResNet(depth = 20) |> Classify(images())
# CHECK: experiment resnet20:
# CHECK-NEXT: {{ }}269722 trained
experiment resnet32 = CIFARResNet(depth = 32) |> Classify(images())
# CHECK: experiment resnet32:
# CHECK-NEXT: {{ }}464154 trained
experiment resnet32_imagenet32 = CIFARResNet(depth = 32, classes = 1000) |> Classify(images(1000))
# CHECK: experiment resnet32_imagenet32:
# CHECK-NEXT: {{ }}528504 trained
experiment resnet44 = CIFARResNet() |> Classify(images())
# CHECK: experiment resnet44:
# CHECK-NEXT: {{ }}658586 trained
experiment resnet56 = CIFARResNet(depth = 56) |> Classify(images())
# CHECK: experiment resnet56:
# CHECK-NEXT: {{ }}853018 trained
experiment resnet110 = CIFARResNet(depth = 110) |> Classify(images())
# CHECK: experiment resnet110:
# CHECK-NEXT: {{ }}1727962 trained
