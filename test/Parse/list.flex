# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Lists and comprehensions with several clauses.

fn a() = []
fn b() = [1, [2, 3]]
fn c() = [i * j for i in 0..n for j in [i, 1]]

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      list
# CHECK-NEXT:  fn b
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      list
# CHECK-NEXT:        number 1
# CHECK-NEXT:        list
# CHECK-NEXT:          number 2
# CHECK-NEXT:          number 3
# CHECK-NEXT:  fn c
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      each
# CHECK-NEXT:        binary *
# CHECK-NEXT:          name i
# CHECK-NEXT:          name j
# CHECK-NEXT:        for i
# CHECK-NEXT:          range
# CHECK-NEXT:            number 0
# CHECK-NEXT:            name n
# CHECK-NEXT:        for j
# CHECK-NEXT:          list
# CHECK-NEXT:            name i
# CHECK-NEXT:            number 1
