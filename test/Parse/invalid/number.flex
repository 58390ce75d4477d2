# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Digits on both sides of the dot; products are written out; not too large.

fn a() = 1.
fn b() = .5
fn c() = 2x
fn d() = 1e999
fn e() = 3 4
fn f() = 3 seconds

#      CHECK:{{.*}}number.flex:[[@LINE-7]]:11: error: misplaced '.'
# CHECK-NEXT:  fn a() = 1.
# CHECK-NEXT:            ^
# CHECK-NEXT:  hint: numbers do not end in a dot: write '1' or '1.0'
#      CHECK:{{.*}}number.flex:[[@LINE-10]]:10: error: misplaced '.'
# CHECK-NEXT:  fn b() = .5
# CHECK-NEXT:           ^
# CHECK-NEXT:  hint: numbers begin with a digit: write '0.5'
#      CHECK:{{.*}}number.flex:[[@LINE-13]]:11: error: expected an operator or a new declaration, got 'x'
# CHECK-NEXT:  fn c() = 2x
# CHECK-NEXT:            ^
# CHECK-NEXT:  hint: products are written with '*'; units are 'epochs' and 'steps'
#      CHECK:{{.*}}number.flex:[[@LINE-15]]:12: error: expected an operator or a new declaration, got '4'
# CHECK-NEXT:  fn e() = 3 4
# CHECK-NEXT:             ^
#      CHECK:{{.*}}number.flex:[[@LINE-17]]:12: error: expected an operator or a new declaration, got 'seconds'
# CHECK-NEXT:  fn f() = 3 seconds
# CHECK-NEXT:             ^~~~~~~
# CHECK-NEXT:  hint: products are written with '*'; units are 'epochs' and 'steps'
