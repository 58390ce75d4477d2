# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# `if` among statements, with `else` and `else if`.

fn f(a: bool) {
  if a { x = 1 }
  if a { x = 1 } else { x = 2 }
  if a { } else if not a { x = 2 y = 3 } else { x = 4 }
}

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port a
# CHECK-NEXT:        type bool
# CHECK-NEXT:    body
# CHECK-NEXT:      if
# CHECK-NEXT:        name a
# CHECK-NEXT:        then
# CHECK-NEXT:          assign x
# CHECK-NEXT:            number 1
# CHECK-NEXT:      if
# CHECK-NEXT:        name a
# CHECK-NEXT:        then
# CHECK-NEXT:          assign x
# CHECK-NEXT:            number 1
# CHECK-NEXT:        else
# CHECK-NEXT:          assign x
# CHECK-NEXT:            number 2
# CHECK-NEXT:      if
# CHECK-NEXT:        name a
# CHECK-NEXT:        then
# CHECK-NEXT:        else
# CHECK-NEXT:          if
# CHECK-NEXT:            not
# CHECK-NEXT:              name a
# CHECK-NEXT:            then
# CHECK-NEXT:              assign x
# CHECK-NEXT:                number 2
# CHECK-NEXT:              assign y
# CHECK-NEXT:                number 3
# CHECK-NEXT:            else
# CHECK-NEXT:              assign x
# CHECK-NEXT:                number 4
