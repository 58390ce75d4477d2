# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Indices; `..` takes all of an axis.

fn f() = x[0][.., i + 1]

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      index
# CHECK-NEXT:        index
# CHECK-NEXT:          name x
# CHECK-NEXT:          at
# CHECK-NEXT:            number 0
# CHECK-NEXT:        all
# CHECK-NEXT:        at
# CHECK-NEXT:          binary +
# CHECK-NEXT:            name i
# CHECK-NEXT:            number 1
