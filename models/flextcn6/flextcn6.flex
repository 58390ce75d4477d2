# FlexTCN-6 on sequential CIFAR-10, pixel after pixel: 375,364 parameters.
use std

experiment main = SeqNet(blocks = 6) |> Classify(sequential(cifar10()), lr = 0.001, length = 200 epochs)
