# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Loops over ranges and lists.

fn f() {
  for i in 1..3 { x = i }
  for seed in [0, 1] {
    for kernel in g(seed) { y = kernel }
  }
}

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:    body
# CHECK-NEXT:      for i
# CHECK-NEXT:        range
# CHECK-NEXT:          number 1
# CHECK-NEXT:          number 3
# CHECK-NEXT:        do
# CHECK-NEXT:          assign x
# CHECK-NEXT:            name i
# CHECK-NEXT:      for seed
# CHECK-NEXT:        list
# CHECK-NEXT:          number 0
# CHECK-NEXT:          number 1
# CHECK-NEXT:        do
# CHECK-NEXT:          for kernel
# CHECK-NEXT:            call
# CHECK-NEXT:              name g
# CHECK-NEXT:              argument
# CHECK-NEXT:                name seed
# CHECK-NEXT:            do
# CHECK-NEXT:              assign y
# CHECK-NEXT:                name kernel
