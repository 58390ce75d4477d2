# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Members, also those that are called like a role.

fn f() = a.b.kernel(1).step

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      member step
# CHECK-NEXT:        call
# CHECK-NEXT:          member kernel
# CHECK-NEXT:            member b
# CHECK-NEXT:              name a
# CHECK-NEXT:          argument
# CHECK-NEXT:            number 1
