# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Parameters have an initialiser; shapes are not empty.

block B() (x: [c]) {
  param v[] = 1
  state = 1
  next 3 = 1
  param u(c) = 1
  state w[c]
  return w
}

#      CHECK:{{.*}}param.flex:[[@LINE-8]]:11: error: expected an expression, got ']'
# CHECK-NEXT:    param v[] = 1
# CHECK-NEXT:            ^
#      CHECK:{{.*}}param.flex:[[@LINE-10]]:9: error: expected a name, got '='
# CHECK-NEXT:    state = 1
# CHECK-NEXT:          ^
#      CHECK:{{.*}}param.flex:[[@LINE-12]]:8: error: expected a name, got '3'
# CHECK-NEXT:    next 3 = 1
# CHECK-NEXT:         ^
#      CHECK:{{.*}}param.flex:[[@LINE-14]]:10: error: expected '=' or '[', got '('
# CHECK-NEXT:    param u(c) = 1
# CHECK-NEXT:           ^
#      CHECK:{{.*}}param.flex:[[@LINE-15]]:3: error: expected '=', got 'return'
# CHECK-NEXT:    return w
# CHECK-NEXT:    ^~~~~~
