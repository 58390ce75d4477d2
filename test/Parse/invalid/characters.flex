# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Characters that are not Flex, each with its line only once; control characters are not printed.

fn a() = x × y
fn b() = x; fn c() = 1
fn d() = x // comment
fn e() = `x`

#      CHECK:{{.*}}characters.flex:[[@LINE-5]]:12: error: unexpected character '×'
# CHECK-NEXT:  fn a() = x × y
# CHECK-NEXT:             ^
#      CHECK:{{.*}}characters.flex:[[@LINE-7]]:11: error: unexpected character ';'
# CHECK-NEXT:  fn b() = x; fn c() = 1
# CHECK-NEXT:            ^
# CHECK-NEXT:  hint: statements need no ';' between them
#      CHECK:{{.*}}characters.flex:[[@LINE-10]]:13: error: expected an expression, got '/'
# CHECK-NEXT:  fn d() = x // comment
# CHECK-NEXT:              ^
# CHECK-NEXT:  hint: comments begin with '#'
#      CHECK:{{.*}}characters.flex:[[@LINE-13]]:10: error: unexpected character '`'
# CHECK-NEXT:  fn e() = `x`
# CHECK-NEXT:           ^
# CHECK-NEXT:  hint: strings stand in double quotes
#      CHECK:{{.*}}characters.flex:[[@LINE-17]]:12: error: unexpected character '`'
# CHECK-NEXT:  fn e() = `x`
# CHECK-NEXT:             ^
# CHECK-NEXT:  hint: strings stand in double quotes
