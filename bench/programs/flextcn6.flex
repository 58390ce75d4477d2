# FlexTCN-6 on sequences of 1,024 steps of 3 channels, and on 16,000 steps of raw sound.
use std

experiment pixels = SeqNet(blocks = 6) |> Classify(npy("x.npy", "y.npy", channels = 3, rank = 1, classes = 10))
experiment sound = SeqNet(blocks = 6) |> Classify(npy("x.npy", "y.npy", channels = 1, rank = 1, classes = 10))
