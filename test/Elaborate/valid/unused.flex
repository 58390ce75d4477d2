# RUN: flexc check %s 2>&1 | FileCheck %s
# R6: what nothing reads is a warning.
use std
block Wasteful() (x: [c]) -> [c] {
  param scale[c] = 1
  let twice = 2 * x
  fn helper(y: real) = y
  return x
}
# CHECK-DAG: unused.flex:[[@LINE-5]]:9: warning: the param 'scale' is never used
# CHECK-DAG: unused.flex:[[@LINE-5]]:7: warning: the let 'twice' is never used
# CHECK-DAG: unused.flex:[[@LINE-5]]:6: warning: the declaration 'helper' is never used
