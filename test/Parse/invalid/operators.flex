# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Powers are `^`, logic is in words, there is no `+=`.

fn a() = x ** 2
fn b() = x && y
fn c() = !x
fn d() = x + * y
fn e() = x +
fn f() = (x + y

#      CHECK:{{.*}}operators.flex:[[@LINE-7]]:13: error: expected an expression, got '*'
# CHECK-NEXT:  fn a() = x ** 2
# CHECK-NEXT:              ^
# CHECK-NEXT:  hint: powers are written with '^'
#      CHECK:{{.*}}operators.flex:[[@LINE-10]]:12: error: unexpected character '&'
# CHECK-NEXT:  fn b() = x && y
# CHECK-NEXT:             ^
# CHECK-NEXT:  hint: write 'and' for logic, '|>' to pipe
#      CHECK:{{.*}}operators.flex:[[@LINE-13]]:10: error: unexpected character '!'
# CHECK-NEXT:  fn c() = !x
# CHECK-NEXT:           ^
# CHECK-NEXT:  hint: 'not a' negates, 'a != b' compares
#      CHECK:{{.*}}operators.flex:[[@LINE-16]]:14: error: expected an expression, got '*'
# CHECK-NEXT:  fn d() = x + * y
# CHECK-NEXT:               ^
#      CHECK:{{.*}}operators.flex:[[@LINE-17]]:1: error: unexpected declaration after '+'
# CHECK-NEXT:  fn f() = (x + y
# CHECK-NEXT:  ^~
# CHECK-NEXT:  hint: what stands before it is not complete
#      CHECK:{{.*}}operators.flex:[[@LINE-21]]:10: error: '(' is never closed
# CHECK-NEXT:  fn f() = (x + y
# CHECK-NEXT:           ^
# CHECK-NEXT:  hint: expected ')'
