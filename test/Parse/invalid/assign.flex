# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# A statement that begins with a name assigns.

recipe R() (net: network) {
  loss
  foo(3)
  count += 1
  optimizer mask = Adam(1)
  optimizer @ = Adam(1)
  retrun loss
}

#      CHECK:{{.*}}assign.flex:[[@LINE-8]]:3: error: expected '=' after 'loss'
# CHECK-NEXT:    loss
# CHECK-NEXT:    ^~~~
# CHECK-NEXT:  hint: a statement begins with a keyword or with 'name ='
#      CHECK:{{.*}}assign.flex:[[@LINE-10]]:9: error: expected '=' after 'count', got '+'
# CHECK-NEXT:    count += 1
# CHECK-NEXT:          ^
# CHECK-NEXT:  hint: write 'count = count + ...'
#      CHECK:{{.*}}assign.flex:[[@LINE-13]]:13: error: expected '=' after 'optimizer', got 'mask'
# CHECK-NEXT:    optimizer mask = Adam(1)
# CHECK-NEXT:              ^~~~
# CHECK-NEXT:  hint: a statement begins with a keyword or with 'name ='
#      CHECK:{{.*}}assign.flex:[[@LINE-16]]:15: error: expected a name, got '='
# CHECK-NEXT:    optimizer @ = Adam(1)
# CHECK-NEXT:                ^
#      CHECK:{{.*}}assign.flex:[[@LINE-18]]:10: error: expected '=' after 'retrun', got 'loss'
# CHECK-NEXT:    retrun loss
# CHECK-NEXT:           ^~~~
# CHECK-NEXT:  hint: did you mean 'return'?
