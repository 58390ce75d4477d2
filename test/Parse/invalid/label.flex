# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A label is a name, its attributes and a colon.

fn f() = x |> a b: g
fn g() = x |> 3: g
fn h() = x |> _ as 3: g
fn g() = x |> stem:

#      CHECK:{{.*}}label.flex:[[@LINE-5]]:17: error: expected an operator or a new declaration, got 'b'
# CHECK-NEXT:  fn f() = x |> a b: g
# CHECK-NEXT:                  ^
#      CHECK:{{.*}}label.flex:[[@LINE-7]]:16: error: expected an operator or a new declaration, got ':'
# CHECK-NEXT:  fn g() = x |> 3: g
# CHECK-NEXT:                 ^
#      CHECK:{{.*}}label.flex:[[@LINE-9]]:20: error: expected a string, got '3'
# CHECK-NEXT:  fn h() = x |> _ as 3: g
# CHECK-NEXT:                     ^
#      CHECK:{{.*}}label.flex:[[@LINE-11]]:20: error: expected an expression, got the end of the file
# CHECK-NEXT:  fn g() = x |> stem:
# CHECK-NEXT:                     ^
