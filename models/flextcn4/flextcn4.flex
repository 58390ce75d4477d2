# FlexTCN-4 on sequential CIFAR-10, pixel after pixel: 241,476 parameters.
use std

experiment main = SeqNet(blocks = 4) |> Classify(sequential(cifar10()), lr = 0.001, length = 200 epochs)
