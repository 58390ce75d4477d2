# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Arguments are named with `=`, and separated by commas.

fn f() = g(width: 3)
fn h() = g(1,)
fn i() = g(1 2)

#      CHECK:{{.*}}call.flex:[[@LINE-4]]:17: error: expected ',' or ')', got ':'
# CHECK-NEXT:  fn f() = g(width: 3)
# CHECK-NEXT:                  ^
# CHECK-NEXT:  hint: arguments are named with '=': f(width = 3)
#      CHECK:{{.*}}call.flex:[[@LINE-7]]:14: error: expected an expression, got ')'
# CHECK-NEXT:  fn h() = g(1,)
# CHECK-NEXT:               ^
# CHECK-NEXT:  hint: no ',' after the last one
#      CHECK:{{.*}}call.flex:[[@LINE-10]]:14: error: expected ',' or ')', got '2'
# CHECK-NEXT:  fn i() = g(1 2)
# CHECK-NEXT:               ^
