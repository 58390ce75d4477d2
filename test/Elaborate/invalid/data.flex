# RUN: not flexc check %s 2>&1 | FileCheck %s
# R30: data has the fields that it has.
use std
recipe Plain(data: data) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.labels)
  optimizer = Adam(0.001)
}
experiment main = FlexNet(factors = [1]) |> Plain(mnist())
# CHECK: data.flex:[[@LINE-4]]:32: error: data has no 'labels'
# CHECK: hint: did you mean 'label'?
experiment other = FlexNet(factors = [1]) |> Plain(mnist(augment = [4]))
# CHECK: data.flex:[[@LINE-1]]:{{[0-9]+}}: error: expected augmentations such as pad_crop(4) or hflip, got 4
recipe Fit(data: data) (net: network) {
  loss = mse(net(data.x), data.y)
  optimizer = Adam(0.001)
}
network Map() (x: [n] on grid[2]) -> [2] = x |> Linear(2)
experiment moved = Map() |> Fit(npy("x", "y", channels = 1, rank = 2, targets = 2, each_point = true, augment = [hflip]))
# CHECK: data.flex:[[@LINE-1]]:{{[0-9]+}}: error: augmentations move points, but this set has a target at each of them
experiment flat = FlexNet(factors = [1])
  |> Plain(sequential(npy("x", "y", channels = 1, rank = 2, classes = 2, each_point = true)))
# CHECK: data.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'sequential' needs one answer for each image, but this set has one at each point
experiment none = FlexNet(factors = [1]) |> Plain(mnist(resize = 0))
# CHECK: data.flex:[[@LINE-1]]:{{[0-9]+}}: error: a resolution must be positive
