# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R23, R24: a real, duration or size of a network or recipe is set when the program runs.
use std
experiment main(rate: real = 0.25) = FlexNet(c = 4, factors = [1], dropout = rate) |> Classify(shapes(), length = 3 epochs, warmup = 10 steps)
# CHECK: setting rate = 0.25 real
# CHECK: setting lr = 0.01 real
# CHECK: setting batch = 64 size
# CHECK: setting length = 3 epochs
# CHECK: setting warmup = 10 steps
# CHECK: setting name=rate
