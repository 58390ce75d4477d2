# RUN: not flexc check %s 2>&1 | FileCheck %s
# R19: an optimiser is for a tag that exists.
use std
recipe Two(data: data, lr: real = 0.1) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label)
  optimizer = Adam(lr)
  optimizer @maks = Adam(lr / 10)
}
experiment main = FlexNet(factors = [1]) |> Two(shapes())
# CHECK: tag.flex:[[@LINE-3]]:21: error: no parameter has the tag '@maks'
# CHECK: hint: did you mean '@mask'?
