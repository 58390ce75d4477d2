# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# An index is an expression or `..`.

fn f() = x[]
fn g() = x[1,]
fn h() = x[1 2]

#      CHECK:{{.*}}index.flex:[[@LINE-4]]:12: error: expected an expression or '..', got ']'
# CHECK-NEXT:  fn f() = x[]
# CHECK-NEXT:             ^
#      CHECK:{{.*}}index.flex:[[@LINE-6]]:14: error: expected an expression or '..', got ']'
# CHECK-NEXT:  fn g() = x[1,]
# CHECK-NEXT:               ^
# CHECK-NEXT:  hint: no ',' after the last one
#      CHECK:{{.*}}index.flex:[[@LINE-9]]:14: error: expected ',' or ']', got '2'
# CHECK-NEXT:  fn h() = x[1 2]
# CHECK-NEXT:               ^
