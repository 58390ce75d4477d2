# RUN: not flexc check %s 2>&1 | FileCheck %s
# R3: a function owns no parameters, and recursion ends.
use std
fn owner(x: [n]) {
  param w[n] = 0
  return w * x
}
# CHECK: fn.flex:[[@LINE-3]]:3: error: parameters and states belong to blocks: they cannot stand in a fn
# CHECK: hint: make 'owner' a block
