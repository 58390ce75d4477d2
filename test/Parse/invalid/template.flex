# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Expressions in strings are parsed by the same grammar, and their errors point into the string.

block B() {
  let a as "layer.{2 * }" = 1
  let b as "layer.{l" = 2
  let c as "layer.l}.{l}" = 3
  let d as "{}" = 4
  let e as "{a < b < c}" = 5
}

#      CHECK:{{.*}}template.flex:[[@LINE-7]]:23: error: expected an expression, got the end of the expression
# CHECK-NEXT:    let a as "layer.{2 * }" = 1
# CHECK-NEXT:                        ^
#      CHECK:{{.*}}template.flex:[[@LINE-9]]:19: error: '{' has no partner in this string
# CHECK-NEXT:    let b as "layer.{l" = 2
# CHECK-NEXT:                    ^
# CHECK-NEXT:  hint: expressions stand in braces: "layer.{2 * l}"
#      CHECK:{{.*}}template.flex:[[@LINE-12]]:20: error: '}' has no partner in this string
# CHECK-NEXT:    let c as "layer.l}.{l}" = 3
# CHECK-NEXT:                     ^
# CHECK-NEXT:  hint: expressions stand in braces: "layer.{2 * l}"
#      CHECK:{{.*}}template.flex:[[@LINE-15]]:14: error: expected an expression, got the end of the expression
# CHECK-NEXT:    let d as "{}" = 4
# CHECK-NEXT:               ^
#      CHECK:{{.*}}template.flex:[[@LINE-17]]:14: error: comparisons cannot be chained
# CHECK-NEXT:    let e as "{a < b < c}" = 5
# CHECK-NEXT:               ^~~~~~~~~
# CHECK-NEXT:  hint: write 'a < b and b < c'
