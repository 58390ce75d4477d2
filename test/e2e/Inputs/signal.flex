# A network of causal kernels, whose taps are mixtures.
use std

experiment main = SeqNet(blocks = 1) |> Classify(sequential(mnist()))
