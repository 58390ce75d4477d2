# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A declaration has a name and a body. A fn has one list.

fn (x: int) = x
block 3() = 1
fn nothing(x: int)

#      CHECK:{{.*}}declaration.flex:[[@LINE-4]]:4: error: expected a name, got '('
# CHECK-NEXT:  fn (x: int) = x
# CHECK-NEXT:     ^
#      CHECK:{{.*}}declaration.flex:[[@LINE-6]]:7: error: expected a name, got '3'
# CHECK-NEXT:  block 3() = 1
# CHECK-NEXT:        ^
#      CHECK:{{.*}}declaration.flex:[[@LINE-8]]:19: error: expected '=', '{' or 'extern', got the end of the file
# CHECK-NEXT:  fn nothing(x: int)
# CHECK-NEXT:                    ^
