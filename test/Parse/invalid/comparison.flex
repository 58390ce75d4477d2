# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Comparisons and ranges are not chained.

fn a() = 1 < x < 3
fn b() = x == y != z
fn c() = 1..2..3

#      CHECK:{{.*}}comparison.flex:[[@LINE-4]]:10: error: comparisons cannot be chained
# CHECK-NEXT:  fn a() = 1 < x < 3
# CHECK-NEXT:           ^~~~~~~~~
# CHECK-NEXT:  hint: write 'a < b and b < c'
#      CHECK:{{.*}}comparison.flex:[[@LINE-7]]:10: error: comparisons cannot be chained
# CHECK-NEXT:  fn b() = x == y != z
# CHECK-NEXT:           ^~~~~~~~~~~
# CHECK-NEXT:  hint: write 'a < b and b < c'
#      CHECK:{{.*}}comparison.flex:[[@LINE-10]]:10: error: ranges cannot be chained
# CHECK-NEXT:  fn c() = 1..2..3
# CHECK-NEXT:           ^~~~~~~
# CHECK-NEXT:  hint: a range has two ends: a..b
