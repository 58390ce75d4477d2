# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# `(`, `[` and `-` at the start of a line would go on with the line before; in brackets they may.

fn f(x: int) {
  let a = x
  (1 + 2)
  let b = x
  [0]
  let c = x
    - 1
  let d = (x
    - 1)
  let e = g(x
    (1), [2
    - 1])
  return a
}

#      CHECK:{{.*}}newline.flex:[[@LINE-13]]:3: error: '(' at the start of a line goes on with the expression before it, as a call
# CHECK-NEXT:    (1 + 2)
# CHECK-NEXT:    ^
# CHECK-NEXT:  hint: put it at the end of the line before, or the whole expression in parentheses
#      CHECK:{{.*}}newline.flex:[[@LINE-15]]:3: error: '[' at the start of a line goes on with the expression before it, as an index
# CHECK-NEXT:    [0]
# CHECK-NEXT:    ^
# CHECK-NEXT:  hint: put it at the end of the line before, or the whole expression in parentheses
#      CHECK:{{.*}}newline.flex:[[@LINE-17]]:5: error: '-' at the start of a line goes on with the expression before it, as a difference
# CHECK-NEXT:      - 1
# CHECK-NEXT:      ^
# CHECK-NEXT:  hint: put it at the end of the line before, or the whole expression in parentheses
