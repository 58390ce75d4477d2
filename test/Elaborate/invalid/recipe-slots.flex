# RUN: not flexc check %s 2>&1 | FileCheck %s
# R29: slots have names and types.
use std
recipe Plain(data: data) (net: network) {
  let y = net(data.x)
  loss = (y - data.y) ^ 2
  optimizer = Adam(0.001)
}
network N() (x: [n] on grid[1]) -> [1] = x |> last |> Linear(1)
experiment main = N() |> Plain(adding(50))
# CHECK: recipe-slots.flex:[[@LINE-5]]:10: error: `loss` must be one number for the whole batch, got [1] on samples
# CHECK: hint: take a mean over samples
experiment bare = N |> Plain(adding(50))
# CHECK: recipe-slots.flex:[[@LINE-1]]:{{[0-9]+}}: error: a recipe takes a network, got the network 'N' (not configured)
# CHECK: hint: write N() |> Plain(...)
