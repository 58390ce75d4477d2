# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Each comparison; in parentheses they may be compared.

fn a() = (x < 1) == (y >= 2)
fn b() = x <= 1 and y > 2 and z != 3

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      binary ==
# CHECK-NEXT:        binary <
# CHECK-NEXT:          name x
# CHECK-NEXT:          number 1
# CHECK-NEXT:        binary >=
# CHECK-NEXT:          name y
# CHECK-NEXT:          number 2
# CHECK-NEXT:  fn b
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      binary and
# CHECK-NEXT:        binary and
# CHECK-NEXT:          binary <=
# CHECK-NEXT:            name x
# CHECK-NEXT:            number 1
# CHECK-NEXT:          binary >
# CHECK-NEXT:            name y
# CHECK-NEXT:            number 2
# CHECK-NEXT:        binary !=
# CHECK-NEXT:          name z
# CHECK-NEXT:          number 3
