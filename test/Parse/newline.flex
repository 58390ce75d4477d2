# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Line breaks mean nothing elsewhere.

fn
  f(x: int) = x
    |> g
block B(a: int)
  (x: [c]) = x

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port x
# CHECK-NEXT:        type int
# CHECK-NEXT:    is
# CHECK-NEXT:      pipe
# CHECK-NEXT:        name x
# CHECK-NEXT:        name g
# CHECK-NEXT:  block B
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port a
# CHECK-NEXT:        type int
# CHECK-NEXT:    value
# CHECK-NEXT:      port x
# CHECK-NEXT:        field
# CHECK-NEXT:          size
# CHECK-NEXT:            name c
# CHECK-NEXT:    is
# CHECK-NEXT:      name x
