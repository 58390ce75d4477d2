# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Strings end on their line and stand in double quotes.

fn a() = "abc
fn b() = 'abc'
fn c() = "x" "y"

#      CHECK:{{.*}}string.flex:[[@LINE-4]]:10: error: this string has no closing '"' on its line
# CHECK-NEXT:  fn a() = "abc
# CHECK-NEXT:           ^~~~
#      CHECK:{{.*}}string.flex:[[@LINE-6]]:10: error: unexpected character '''
# CHECK-NEXT:  fn b() = 'abc'
# CHECK-NEXT:           ^
# CHECK-NEXT:  hint: strings stand in double quotes
#      CHECK:{{.*}}string.flex:[[@LINE-10]]:14: error: unexpected character '''
# CHECK-NEXT:  fn b() = 'abc'
# CHECK-NEXT:               ^
# CHECK-NEXT:  hint: strings stand in double quotes
#      CHECK:{{.*}}string.flex:[[@LINE-13]]:14: error: expected an operator or a new declaration, got '"y"'
# CHECK-NEXT:  fn c() = "x" "y"
# CHECK-NEXT:               ^~~
