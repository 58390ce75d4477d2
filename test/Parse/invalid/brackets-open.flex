# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# An open brace is shown where it opens.

fn f(x: int) {
  for i in 1..3 {
    y = i
}

#      CHECK:{{.*}}brackets-open.flex:[[@LINE-5]]:14: error: '{' is never closed
# CHECK-NEXT:  fn f(x: int) {
# CHECK-NEXT:               ^
# CHECK-NEXT:  hint: expected '}'
