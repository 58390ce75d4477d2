# FlexTCN-2 on sequential MNIST, pixel after pixel: 105,548 parameters.
use std

experiment main = SeqNet(blocks = 2) |> Classify(sequential(mnist()), lr = 0.001, batch = 100, length = 200 epochs)
# As in the authors' code, where the filters of a causal kernel begin around the middle of the past instead of at the present.
experiment compat = SeqNet(blocks = 2, conv = CausalFlexCompat)
  |> Classify(sequential(mnist()), lr = 0.001, batch = 100, length = 200 epochs)
