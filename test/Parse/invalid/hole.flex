# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# `_` stands alone as an argument; what is called is not a number.

fn j() = g(_ + 1)
fn k() = _
fn l() = g((_))
fn m() = [_]
fn n() = 2(3)

#      CHECK:{{.*}}hole.flex:[[@LINE-6]]:12: error: '_' leaves an argument of a call open and cannot stand here
# CHECK-NEXT:  fn j() = g(_ + 1)
# CHECK-NEXT:             ^
# CHECK-NEXT:  hint: for example FlexConv(_, kernel = SIREN(_))
#      CHECK:{{.*}}hole.flex:[[@LINE-9]]:10: error: '_' leaves an argument of a call open and cannot stand here
# CHECK-NEXT:  fn k() = _
# CHECK-NEXT:           ^
# CHECK-NEXT:  hint: for example FlexConv(_, kernel = SIREN(_))
#      CHECK:{{.*}}hole.flex:[[@LINE-12]]:13: error: '_' leaves an argument of a call open and cannot stand here
# CHECK-NEXT:  fn l() = g((_))
# CHECK-NEXT:              ^
# CHECK-NEXT:  hint: for example FlexConv(_, kernel = SIREN(_))
#      CHECK:{{.*}}hole.flex:[[@LINE-15]]:11: error: '_' leaves an argument of a call open and cannot stand here
# CHECK-NEXT:  fn m() = [_]
# CHECK-NEXT:            ^
# CHECK-NEXT:  hint: for example FlexConv(_, kernel = SIREN(_))
#      CHECK:{{.*}}hole.flex:[[@LINE-18]]:10: error: expected something to call, got a number
# CHECK-NEXT:  fn n() = 2(3)
# CHECK-NEXT:           ^
# CHECK-NEXT:  hint: products are written with '*'
