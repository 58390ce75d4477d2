# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A choice between values needs its `else`, and no braces.

fn b() = if x { 1 } else { 2 }
fn c() = if x else 2
fn a() = if x then 1

#      CHECK:{{.*}}if-expression.flex:[[@LINE-4]]:15: error: expected 'then', got '{'
# CHECK-NEXT:  fn b() = if x { 1 } else { 2 }
# CHECK-NEXT:                ^
# CHECK-NEXT:  hint: in an expression: if c then a else b
#      CHECK:{{.*}}if-expression.flex:[[@LINE-7]]:15: error: expected 'then', got 'else'
# CHECK-NEXT:  fn c() = if x else 2
# CHECK-NEXT:                ^~~~
#      CHECK:{{.*}}if-expression.flex:[[@LINE-9]]:21: error: expected 'else', got the end of the file
# CHECK-NEXT:  fn a() = if x then 1
# CHECK-NEXT:                      ^
# CHECK-NEXT:  hint: an 'if' in an expression needs its 'else'
