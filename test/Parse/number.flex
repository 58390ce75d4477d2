# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Numbers are kept as they are written; units.

fn a() = [0, 24, 1.50, 1e-5, 2.5E+3, 350 epochs, 1 epoch, 20000 steps, 1 step]
fn b() = 0..3
fn c() = step(epochs)

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      list
# CHECK-NEXT:        number 0
# CHECK-NEXT:        number 24
# CHECK-NEXT:        number 1.50
# CHECK-NEXT:        number 1e-5
# CHECK-NEXT:        number 2.5E+3
# CHECK-NEXT:        number 350 epochs
# CHECK-NEXT:        number 1 epochs
# CHECK-NEXT:        number 20000 steps
# CHECK-NEXT:        number 1 steps
# CHECK-NEXT:  fn b
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      range
# CHECK-NEXT:        number 0
# CHECK-NEXT:        number 3
# CHECK-NEXT:  fn c
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      call
# CHECK-NEXT:        name step
# CHECK-NEXT:        argument
# CHECK-NEXT:          name epochs
