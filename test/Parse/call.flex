# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Positional, named and open arguments; calls of calls.

fn f() = g()(1, _)(width = 2, kernel = h(_))

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      call
# CHECK-NEXT:        call
# CHECK-NEXT:          call
# CHECK-NEXT:            name g
# CHECK-NEXT:          argument
# CHECK-NEXT:            number 1
# CHECK-NEXT:          argument
# CHECK-NEXT:            hole
# CHECK-NEXT:        argument width
# CHECK-NEXT:          number 2
# CHECK-NEXT:        argument kernel
# CHECK-NEXT:          call
# CHECK-NEXT:            name h
# CHECK-NEXT:            argument
# CHECK-NEXT:              hole
