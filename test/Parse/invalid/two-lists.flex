# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A fn has one list.

fn two(a: int) (b: int) = a

#      CHECK:{{.*}}two-lists.flex:[[@LINE-2]]:16: error: a 'fn' has one list of arguments, 'two' has two
# CHECK-NEXT:  fn two(a: int) (b: int) = a
# CHECK-NEXT:                 ^~~~~~~~
# CHECK-NEXT:  hint: a 'block' is configured by its first list and applied to its second
