# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Named types, fields, functions to the right, records.

fn a(x: int, y: class(10), z: [c, 2 * d]) = 1

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port x
# CHECK-NEXT:        type int
# CHECK-NEXT:      port y
# CHECK-NEXT:        type class
# CHECK-NEXT:          number 10
# CHECK-NEXT:      port z
# CHECK-NEXT:        field
# CHECK-NEXT:          size
# CHECK-NEXT:            name c
# CHECK-NEXT:          size
# CHECK-NEXT:            binary *
# CHECK-NEXT:              number 2
# CHECK-NEXT:              name d
# CHECK-NEXT:    is
# CHECK-NEXT:      number 1
