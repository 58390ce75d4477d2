# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R40: stalls is a number that the runtime provides; the rule may name settings.
use std
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> Linear(10)
experiment main = N() |> Classify(shapes(), schedule = on_plateau(_, patience = 4 epochs, factor = 0.2))
# CHECK: experiment main
# CHECK: stalls: {patience: '4 epochs', threshold: '0.0001', cooldown: '0 epochs'}
# CHECK: setting stalls = 0 runtime
recipe Wait(data: data, patience: duration = 3 epochs, length: duration = 9 epochs) (net: network) {
  loss = cross_entropy(net(data.x), data.label)
  optimizer = SGD(0.1 / (1 + stalls(patience)))
}
experiment waiting = N() |> Wait(shapes())
# CHECK: experiment waiting
# CHECK: stalls: {patience: patience}
