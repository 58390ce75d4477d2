# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Attributes stand before `=`; expressions in strings are checked where they stand.

block B() {
  param w = 3 @mask
  let x = 3 as "y"
  let a as "x.{2 * }" = 1
  let b as "x.{l" = 2
  let c as "x}" = 3
  let d as 4 = 4
}

#      CHECK:{{.*}}attributes.flex:[[@LINE-8]]:15: error: expected an operator, a new statement or '}', got '@'
# CHECK-NEXT:    param w = 3 @mask
# CHECK-NEXT:                ^
# CHECK-NEXT:  hint: '@tag' and 'as "..."' stand after the name, before ':' and '='
#      CHECK:{{.*}}attributes.flex:[[@LINE-11]]:13: error: expected an operator, a new statement or '}', got 'as'
# CHECK-NEXT:    let x = 3 as "y"
# CHECK-NEXT:              ^~
# CHECK-NEXT:  hint: '@tag' and 'as "..."' stand after the name, before ':' and '='
#      CHECK:{{.*}}attributes.flex:[[@LINE-11]]:12: error: expected a string, got '4'
# CHECK-NEXT:    let d as 4 = 4
# CHECK-NEXT:             ^
