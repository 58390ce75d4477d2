# A network of dilated causal convolutions on sequential MNIST.
use std

experiment main = TCN() |> Classify(sequential(mnist()), lr = 0.002, length = 20 epochs)
