# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Statements have braces, `=` does not compare.

fn f(a: int) {
  if a = 3 { x = 1 }
  if a == 3 then x = 1
  if a == 3 { x = 1 } elif a == 4 { x = 2 }
  if { x = 1 }
  if a == 3 { x = 1 } else x = 2
}

#      CHECK:{{.*}}if.flex:[[@LINE-7]]:8: error: expected '{', got '='
# CHECK-NEXT:    if a = 3 { x = 1 }
# CHECK-NEXT:         ^
# CHECK-NEXT:  hint: '=' defines, '==' compares
#      CHECK:{{.*}}if.flex:[[@LINE-10]]:13: error: expected '{', got 'then'
# CHECK-NEXT:    if a == 3 then x = 1
# CHECK-NEXT:              ^~~~
# CHECK-NEXT:  hint: among statements: if c { ... } else { ... }
#      CHECK:{{.*}}if.flex:[[@LINE-13]]:28: error: expected '=' after 'elif', got 'a'
# CHECK-NEXT:    if a == 3 { x = 1 } elif a == 4 { x = 2 }
# CHECK-NEXT:                             ^
# CHECK-NEXT:  hint: write 'else if'
#      CHECK:{{.*}}if.flex:[[@LINE-16]]:6: error: expected an expression, got '{'
# CHECK-NEXT:    if { x = 1 }
# CHECK-NEXT:       ^
#      CHECK:{{.*}}if.flex:[[@LINE-18]]:28: error: expected '{' or 'if', got 'x'
# CHECK-NEXT:    if a == 3 { x = 1 } else x = 2
# CHECK-NEXT:                             ^
