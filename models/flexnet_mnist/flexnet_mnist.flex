# A FlexNet of three blocks on MNIST.
use std

experiment main = FlexNet(c = 16, factors = [1, 1.5, 2]) |> Classify(mnist(), length = 10 epochs, warmup = 1 epoch)
