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
