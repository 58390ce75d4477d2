# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Each needs an expression.

mask M() (p: [d]) -> real {
  require
  extent level(0.1
  band
  return }

#      CHECK:{{.*}}keyword-statements.flex:[[@LINE-4]]:3: error: expected an expression, got 'extent'
# CHECK-NEXT:    extent level(0.1
# CHECK-NEXT:    ^~~~~~
#      CHECK:{{.*}}keyword-statements.flex:[[@LINE-7]]:15: error: '(' is not closed before the '}' in line 8
# CHECK-NEXT:    extent level(0.1
# CHECK-NEXT:                ^
# CHECK-NEXT:  hint: expected ')'
