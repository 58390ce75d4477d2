# RUN: not flexc check %s 2>&1 | FileCheck %s
# R20: arguments exist, are given once, and none is missing.
use std
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> a: Linear(10, bais = 0) |> b: Linear() |> c: Linear(1, out = 2) |> Linear(1, 0, 0, true, 5)
# CHECK: default.flex:[[@LINE-1]]:77: error: 'Linear' has no argument 'bais'
# CHECK: default.flex:[[@LINE-2]]:93: error: the argument 'out' of 'Linear' is missing
# CHECK: hint: write `_` to leave it open
# CHECK: default.flex:[[@LINE-4]]:{{[0-9]+}}: error: the argument 'out' of 'Linear' is given twice
# CHECK: default.flex:[[@LINE-5]]:{{[0-9]+}}: error: 'Linear' takes 4 arguments, got 5
experiment main = FlexNet(facotrs = [1]) |> Classify(shapes())
# CHECK: default.flex:[[@LINE-1]]:27: error: 'FlexNet' has no argument 'facotrs'
# CHECK: hint: did you mean 'factors'?
