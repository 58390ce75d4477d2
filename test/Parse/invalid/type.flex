# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Types are names, fields, functions or records.

fn a(x: 3) = x
fn b(x: [c] grid[2]) = x
fn c(x: [c] on) = x
fn d(x: [c] on grid) = x
fn e(x: []) = x
fn i(x: int ->) = x
fn j(x: ) = x

#      CHECK:{{.*}}type.flex:[[@LINE-8]]:9: error: expected a type, got '3'
# CHECK-NEXT:  fn a(x: 3) = x
# CHECK-NEXT:          ^
#      CHECK:{{.*}}type.flex:[[@LINE-10]]:13: error: expected ',' or ')', got 'grid'
# CHECK-NEXT:  fn b(x: [c] grid[2]) = x
# CHECK-NEXT:              ^~~~
# CHECK-NEXT:  hint: a field is written [c] on grid[2]
#      CHECK:{{.*}}type.flex:[[@LINE-13]]:15: error: expected a name, got ')'
# CHECK-NEXT:  fn c(x: [c] on) = x
# CHECK-NEXT:                ^
#      CHECK:{{.*}}type.flex:[[@LINE-15]]:20: error: expected '[', got ')'
# CHECK-NEXT:  fn d(x: [c] on grid) = x
# CHECK-NEXT:                     ^
#      CHECK:{{.*}}type.flex:[[@LINE-17]]:10: error: expected an expression, got ']'
# CHECK-NEXT:  fn e(x: []) = x
# CHECK-NEXT:           ^
#      CHECK:{{.*}}type.flex:[[@LINE-19]]:15: error: expected a type, got ')'
# CHECK-NEXT:  fn i(x: int ->) = x
# CHECK-NEXT:                ^
#      CHECK:{{.*}}type.flex:[[@LINE-21]]:9: error: expected a type, got ')'
# CHECK-NEXT:  fn j(x: ) = x
# CHECK-NEXT:          ^
