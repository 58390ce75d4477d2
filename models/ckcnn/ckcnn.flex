# CKCNN on sequential MNIST: kernels of weight-normed sines, as long as the sequence, and layer norm.
use std

experiment main = CKCNN() |> Classify(sequential(mnist()), lr = 0.001, length = 200 epochs)
experiment big = CKCNN(width = 100) |> Classify(sequential(mnist()), lr = 0.001, length = 200 epochs)
