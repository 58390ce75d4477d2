# RUN: not flexc check %s 2>&1 | FileCheck %s
# R20: arguments exist, are given once, and none is missing.
use std
network N() (x: [n] on grid[2]) -> [10] = x |> global_mean |> a: Linear(10, bais = 0) |> b: Linear() |> c: Linear(1, out = 2) |> Linear(1, 0, 0, true, true, 5)
# CHECK: default.flex:[[@LINE-1]]:77: error: 'Linear' has no argument 'bais'
# CHECK: default.flex:[[@LINE-2]]:93: error: the argument 'out' of 'Linear' is missing
# CHECK: hint: write `_` to leave it open
# CHECK: default.flex:[[@LINE-4]]:{{[0-9]+}}: error: the argument 'out' of 'Linear' is given twice
# CHECK: default.flex:[[@LINE-5]]:{{[0-9]+}}: error: 'Linear' takes 5 arguments, got 6
experiment main = FlexNet(facotrs = [1]) |> Classify(shapes())
# CHECK: default.flex:[[@LINE-1]]:27: error: 'FlexNet' has no argument 'facotrs'
# CHECK: hint: did you mean 'factors'?
# What other implementations accept and ignore is no argument here, and no mask.
experiment stride = FlexNet(factors = [1], conv = FlexConv(_, stride = 2)) |> Classify(shapes())
# CHECK: default.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'FlexConv' has no argument 'stride'
# CHECK: hint: its arguments are out, kernel, mask, points, causal, compat
experiment padding = FlexNet(factors = [1], conv = FlexConv(_, padding = 1)) |> Classify(shapes())
# CHECK: default.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'FlexConv' has no argument 'padding'
experiment smooth = FlexNet(factors = [1], conv = FlexConv(_, mask = Sigmoid())) |> Classify(shapes())
# CHECK: default.flex:[[@LINE-1]]:{{[0-9]+}}: error: unknown name 'Sigmoid'
experiment built_in = FlexNet(factors = [1]) |> Classify(shapes(seed = 3))
# CHECK: default.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'shapes' has no argument 'seed'
# CHECK: hint: its arguments are train, test, noise, augment, resize
experiment plain = FlexNet(factors = [1], conv = FlexConv(_, mask = One(threshold = 0.1))) |> Classify(shapes())
# CHECK: default.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'One' has no argument 'threshold'
# CHECK: hint: it takes no arguments
