# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Members of records have names, parameters of function types have none.

fn f() -> () extern
fn g() -> (int, y: real) extern
fn h(x: (y: int) -> int) = x

#      CHECK:{{.*}}record.flex:[[@LINE-4]]:11: error: expected a type in the parentheses
# CHECK-NEXT:  fn f() -> () extern
# CHECK-NEXT:            ^~
# CHECK-NEXT:  hint: a function without arguments is '() -> type'
#      CHECK:{{.*}}record.flex:[[@LINE-7]]:12: error: this member of a record has no name
# CHECK-NEXT:  fn g() -> (int, y: real) extern
# CHECK-NEXT:             ^~~
# CHECK-NEXT:  hint: write 'name: type'
#      CHECK:{{.*}}record.flex:[[@LINE-10]]:10: error: parameters of a function type have no names
# CHECK-NEXT:  fn h(x: (y: int) -> int) = x
# CHECK-NEXT:           ^
