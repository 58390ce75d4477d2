# CKTCN on sequential MNIST: kernels as long as the sequence. 105,540 parameters; `siren` 95,300.
use std

experiment main = SeqNet(blocks = 2, conv = CausalCK) |> Classify(sequential(mnist()), lr = 0.001, length = 200 epochs)
experiment siren = SeqNet(blocks = 2, conv = CKConv(_, kernel = SIREN(_), points = same, causal = true))
  |> Classify(sequential(mnist()), lr = 0.001, length = 200 epochs)
