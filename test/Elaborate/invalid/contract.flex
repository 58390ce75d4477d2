# RUN: not flexc check %s 2>&1 | FileCheck %s
# R5: kernel, mask and network promise their values and results.
use std
mask Vector() (p: [d]) -> [d] = p
# CHECK: contract.flex:[[@LINE-1]]:27: error: the mask 'Vector' must return `real`: one number for each position
kernel Pair(out: int) (p: [d], q: [d]) -> [out] = p
# CHECK: contract.flex:[[@LINE-1]]:8: error: the kernel 'Pair' must take exactly one value, in a second list
block None(n: int) = n
# CHECK: contract.flex:[[@LINE-1]]:7: error: the block 'None' takes no value
