# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A name, then `=`.

fn f(x: int) {
  let y 3
  var = 3
  let next = 3
  let z == 4
  let 4 = z
  return y
}

#      CHECK:{{.*}}let.flex:[[@LINE-8]]:9: error: expected '=', got '3'
# CHECK-NEXT:    let y 3
# CHECK-NEXT:          ^
#      CHECK:{{.*}}let.flex:[[@LINE-10]]:7: error: expected a name, got '='
# CHECK-NEXT:    var = 3
# CHECK-NEXT:        ^
#      CHECK:{{.*}}let.flex:[[@LINE-12]]:7: error: expected a name, got 'next'
# CHECK-NEXT:    let next = 3
# CHECK-NEXT:        ^~~~
# CHECK-NEXT:  hint: 'next' is a keyword and cannot be a name
#      CHECK:{{.*}}let.flex:[[@LINE-15]]:9: error: expected '=', got '=='
# CHECK-NEXT:    let z == 4
# CHECK-NEXT:          ^~
# CHECK-NEXT:  hint: '==' compares, '=' defines
#      CHECK:{{.*}}let.flex:[[@LINE-18]]:7: error: expected a name, got '4'
# CHECK-NEXT:    let 4 = z
# CHECK-NEXT:        ^
