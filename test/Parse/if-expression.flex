# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# A choice between values takes everything after `else`.

fn a() = if x then 1 else if y then 2 else z |> f
fn b() = 1 + if x then 2 else 3

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      if
# CHECK-NEXT:        name x
# CHECK-NEXT:        number 1
# CHECK-NEXT:        if
# CHECK-NEXT:          name y
# CHECK-NEXT:          number 2
# CHECK-NEXT:          pipe
# CHECK-NEXT:            name z
# CHECK-NEXT:            name f
# CHECK-NEXT:  fn b
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      binary +
# CHECK-NEXT:        number 1
# CHECK-NEXT:        if
# CHECK-NEXT:          name x
# CHECK-NEXT:          number 2
# CHECK-NEXT:          number 3
