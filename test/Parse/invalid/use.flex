# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# `use` stands before declarations; its names are joined by dots on one line.

use std.
use 3
fn f() = 1
use late

#      CHECK:{{.*}}use.flex:[[@LINE-5]]:8: error: misplaced '.'
# CHECK-NEXT:  use std.
# CHECK-NEXT:         ^
# CHECK-NEXT:  hint: a name stands after '.', on the same line
#      CHECK:{{.*}}use.flex:[[@LINE-8]]:5: error: expected a name, got '3'
# CHECK-NEXT:  use 3
# CHECK-NEXT:      ^
#      CHECK:{{.*}}use.flex:[[@LINE-10]]:1: error: unexpected declaration after '3'
# CHECK-NEXT:  fn f() = 1
# CHECK-NEXT:  ^~
# CHECK-NEXT:  hint: what stands before it is not complete
