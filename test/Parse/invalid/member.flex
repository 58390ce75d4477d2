# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A name stands after the dot, on the same line.

fn f() = a.3
fn g() = a.
fn h() = a.(b)

#      CHECK:{{.*}}member.flex:[[@LINE-4]]:12: error: expected a name, got '3'
# CHECK-NEXT:  fn f() = a.3
# CHECK-NEXT:             ^
#      CHECK:{{.*}}member.flex:[[@LINE-6]]:11: error: misplaced '.'
# CHECK-NEXT:  fn g() = a.
# CHECK-NEXT:            ^
# CHECK-NEXT:  hint: a name stands after '.', on the same line
#      CHECK:{{.*}}member.flex:[[@LINE-9]]:12: error: expected a name, got '('
# CHECK-NEXT:  fn h() = a.(b)
# CHECK-NEXT:             ^
