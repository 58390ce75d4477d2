# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A superfluous bracket.

fn f(x: int) = (x))

#      CHECK:{{.*}}brackets-close.flex:[[@LINE-2]]:19: error: ')' closes nothing
# CHECK-NEXT:  fn f(x: int) = (x))
# CHECK-NEXT:                    ^
