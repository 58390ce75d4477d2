# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# The type of a result stands after `->`.

fn a(x: int): int = x
fn b(x: int) => int = x
fn c(x: int) - > int = x

#      CHECK:{{.*}}result.flex:[[@LINE-4]]:13: error: expected '=', '{' or 'extern', got ':'
# CHECK-NEXT:  fn a(x: int): int = x
# CHECK-NEXT:              ^
# CHECK-NEXT:  hint: the type of the result stands after '->'
#      CHECK:{{.*}}result.flex:[[@LINE-7]]:15: error: expected an expression, got '>'
# CHECK-NEXT:  fn b(x: int) => int = x
# CHECK-NEXT:                ^
# CHECK-NEXT:  hint: the type of the result stands after '->'
#      CHECK:{{.*}}result.flex:[[@LINE-10]]:14: error: expected '=', '{' or 'extern', got '-'
# CHECK-NEXT:  fn c(x: int) - > int = x
# CHECK-NEXT:               ^
# CHECK-NEXT:  hint: the type of the result stands after '->'
