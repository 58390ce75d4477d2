# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Arguments have types, and no comma after the last.

fn f(x, y: int) = x
fn g(x int) = x
fn h(x: int,) = x
fn k(x: int = ) = x
fn m(let: int) = 1

#      CHECK:{{.*}}ports.flex:[[@LINE-6]]:7: error: expected ':', got ','
# CHECK-NEXT:  fn f(x, y: int) = x
# CHECK-NEXT:        ^
# CHECK-NEXT:  hint: arguments are declared with their type: (width: int = 32)
#      CHECK:{{.*}}ports.flex:[[@LINE-9]]:8: error: expected ':', got 'int'
# CHECK-NEXT:  fn g(x int) = x
# CHECK-NEXT:         ^~~
# CHECK-NEXT:  hint: arguments are declared with their type: (width: int = 32)
#      CHECK:{{.*}}ports.flex:[[@LINE-12]]:13: error: expected a name, got ')'
# CHECK-NEXT:  fn h(x: int,) = x
# CHECK-NEXT:              ^
# CHECK-NEXT:  hint: no ',' after the last one
#      CHECK:{{.*}}ports.flex:[[@LINE-15]]:15: error: expected an expression, got ')'
# CHECK-NEXT:  fn k(x: int = ) = x
# CHECK-NEXT:                ^
#      CHECK:{{.*}}ports.flex:[[@LINE-17]]:6: error: expected a name or ')', got 'let'
# CHECK-NEXT:  fn m(let: int) = 1
# CHECK-NEXT:       ^~~
# CHECK-NEXT:  hint: 'let' is a keyword and cannot be a name
