# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# The bracket without a partner is shown; what follows it is not guessed at.

fn a() = x |> 3
fn f(x: int) {
  let y = (x + [1, 2)
  let z 3
}

#      CHECK:{{.*}}brackets.flex:[[@LINE-4]]:16: error: '[' is not closed before the ')' in line 6
# CHECK-NEXT:    let y = (x + [1, 2)
# CHECK-NEXT:                 ^
# CHECK-NEXT:  hint: expected ']'
