# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Keywords are not names; names begin with a letter.

fn let() = 1
fn f(in: int) = 1
fn g() = then + 1
fn _h() = 1
fn i() = x.for

#      CHECK:{{.*}}name.flex:[[@LINE-6]]:4: error: expected a name, got 'let'
# CHECK-NEXT:  fn let() = 1
# CHECK-NEXT:     ^~~
# CHECK-NEXT:  hint: 'let' is a keyword and cannot be a name
#      CHECK:{{.*}}name.flex:[[@LINE-9]]:6: error: expected a name or ')', got 'in'
# CHECK-NEXT:  fn f(in: int) = 1
# CHECK-NEXT:       ^~
# CHECK-NEXT:  hint: 'in' is a keyword and cannot be a name
#      CHECK:{{.*}}name.flex:[[@LINE-12]]:10: error: expected an expression, got 'then'
# CHECK-NEXT:  fn g() = then + 1
# CHECK-NEXT:           ^~~~
# CHECK-NEXT:  hint: 'then' is a keyword and cannot be a name
#      CHECK:{{.*}}name.flex:[[@LINE-15]]:4: error: expected a name, got '_'
# CHECK-NEXT:  fn _h() = 1
# CHECK-NEXT:     ^
# CHECK-NEXT:  hint: names begin with a letter
#      CHECK:{{.*}}name.flex:[[@LINE-18]]:12: error: expected a name, got 'for'
# CHECK-NEXT:  fn i() = x.for
# CHECK-NEXT:             ^~~
# CHECK-NEXT:  hint: 'for' is a keyword and cannot be a name
