# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# `for name in expression { ... }`; blocks after an error are read on.

fn f() {
  for i = 1..3 { x = i }
  for in 1..3 { x = 1 }
  for i in 1..3 x = i
  while x < 3 { x = 4 }
  return x +
}

#      CHECK:{{.*}}for.flex:[[@LINE-7]]:9: error: expected 'in', got '='
# CHECK-NEXT:    for i = 1..3 { x = i }
# CHECK-NEXT:          ^
# CHECK-NEXT:  hint: loops are written: for i in 1..n { ... }
#      CHECK:{{.*}}for.flex:[[@LINE-10]]:7: error: expected a name, got 'in'
# CHECK-NEXT:    for in 1..3 { x = 1 }
# CHECK-NEXT:        ^~
# CHECK-NEXT:  hint: 'in' is a keyword and cannot be a name
#      CHECK:{{.*}}for.flex:[[@LINE-13]]:17: error: expected '{', got 'x'
# CHECK-NEXT:    for i in 1..3 x = i
# CHECK-NEXT:                  ^
#      CHECK:{{.*}}for.flex:[[@LINE-15]]:9: error: expected '=' after 'while', got 'x'
# CHECK-NEXT:    while x < 3 { x = 4 }
# CHECK-NEXT:          ^
# CHECK-NEXT:  hint: loops have known bounds: for i in 1..n { ... }
#      CHECK:{{.*}}for.flex:[[@LINE-17]]:1: error: expected an expression, got '}'
# CHECK-NEXT:  }
# CHECK-NEXT:  ^
