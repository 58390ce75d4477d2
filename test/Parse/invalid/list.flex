# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# No comma after the last; `for name in`.

fn a() = [1, 2,]
fn b() = [1 2]
fn c() = [i for i 1..3]
fn d() = [for i in 1..3]
fn e() = [1, 2 for i in 1..3]

#      CHECK:{{.*}}list.flex:[[@LINE-6]]:16: error: expected an expression, got ']'
# CHECK-NEXT:  fn a() = [1, 2,]
# CHECK-NEXT:                 ^
# CHECK-NEXT:  hint: no ',' after the last one
#      CHECK:{{.*}}list.flex:[[@LINE-9]]:13: error: expected ',', ']' or 'for', got '2'
# CHECK-NEXT:  fn b() = [1 2]
# CHECK-NEXT:              ^
#      CHECK:{{.*}}list.flex:[[@LINE-11]]:19: error: expected 'in', got '1'
# CHECK-NEXT:  fn c() = [i for i 1..3]
# CHECK-NEXT:                    ^
# CHECK-NEXT:  hint: loops are written: for i in 1..n { ... }
#      CHECK:{{.*}}list.flex:[[@LINE-14]]:11: error: expected an expression or ']', got 'for'
# CHECK-NEXT:  fn d() = [for i in 1..3]
# CHECK-NEXT:            ^~~
#      CHECK:{{.*}}list.flex:[[@LINE-16]]:16: error: expected ',' or ']', got 'for'
# CHECK-NEXT:  fn e() = [1, 2 for i in 1..3]
# CHECK-NEXT:                 ^~~
