# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R34: trainings that differ in values alone are compiled once; a wider network is another one.
use std
experiment main(seeds: list = [3, 4]) {
  let wide = FlexNet(c = 3, factors = [1]) |> Classify(shapes(train = 40))
  for s in seeds {
    let net   = FlexNet(c = 2, factors = [1])
    let first = net |> Classify(shapes(train = 60), seed = s, lr = 0.25)
    let moved = first |> Evaluate(shapes(test = 30))
    let tuned = moved |> Classify(shapes(train = 60), lr = 0.002, length = 7 epochs)
    gain = 100 * (tuned.metric - first.metric) / 2
    lost = -moved.loss
  }
  best = wide.metric
}
experiment other = FlexNet(c = 2, factors = [1]) |> Classify(shapes(), seed = 9)
# CHECK:     experiment main.wide: FlexNet
# CHECK:     experiment main.first: FlexNet
# CHECK-NEXT:  input {channels: 3, rank: 2}
# CHECK:       recipe {keep: {best: metric}, length: length, batch: batch}
# CHECK:       setting lr = 0.25 real
# CHECK-NOT: experiment main
# CHECK:     experiment other: FlexNet
# CHECK:       recipe {keep: {best: metric}, length: length, batch: batch, seed: 9}
# CHECK:     plan main
# CHECK-NEXT:  stage 0 wide of row 0: trains main.wide {seed: 0}
# CHECK-NEXT:  stage 1 first of row 1: trains main.first {seed: 3}
# CHECK-NEXT:  stage 2 moved of row 1: evaluates main.first from 1 {data: {name: shapes, test: 30}}
# CHECK-NEXT:  stage 3 tuned of row 1: trains main.first from 1 {lr: 0.002, length: 7 epochs, seed: 0}
# CHECK-NEXT:  stage 4 first of row 2: trains main.first {seed: 4}
# CHECK-NEXT:  stage 5 moved of row 2: evaluates main.first from 4 {data: {name: shapes, test: 30}}
# CHECK-NEXT:  stage 6 tuned of row 2: trains main.first from 4 {lr: 0.002, length: 7 epochs, seed: 0}
# CHECK-NEXT:  row 0 {} -> {best: {stage: 0, of: metric}}
# CHECK-NEXT:  row 1 {s: 3} -> {gain: [div, [mul, 100, [sub, {stage: 3, of: metric}, {stage: 1, of: metric}]], 2], lost: [sub, 0, {stage: 2, of: loss}]}
# CHECK-NEXT:  row 2 {s: 4}
