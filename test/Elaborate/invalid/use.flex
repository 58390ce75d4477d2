# RUN: not flexc check %s 2>&1 | FileCheck %s
# R31: a module exists.
use std
use std.lairs
# CHECK: use.flex:[[@LINE-1]]:1: error: there is no module 'std.lairs'
fn twice(n: int) = n
fn twice(n: int) = 2 * n
# CHECK: use.flex:[[@LINE-1]]:4: error: 'twice' is declared twice
