# RUN: not flexc check %s 2>&1 | FileCheck %s
# R29: slots have names and types.
use std
recipe Plain(data: data) (net: network) {
  let y = net(data.x)
  los = mse(y, data.y)
  # CHECK: recipe.flex:[[@LINE-1]]:3: error: 'los' is not a `var` and not a slot of a recipe
  # CHECK: hint: did you mean 'loss'?
}
