# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Arguments: names (soft keywords too), tags, names elsewhere, types, defaults.

block B(out: int, kernel: int -> kernel = MAGNet(_), mask @slow as "": mask = Gaussian(), step: real = 1e-5) () = out

#      CHECK:file
# CHECK-NEXT:  block B
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port out
# CHECK-NEXT:        type int
# CHECK-NEXT:      port kernel
# CHECK-NEXT:        function
# CHECK-NEXT:          type int
# CHECK-NEXT:          result
# CHECK-NEXT:            type kernel
# CHECK-NEXT:        default
# CHECK-NEXT:          call
# CHECK-NEXT:            name MAGNet
# CHECK-NEXT:            argument
# CHECK-NEXT:              hole
# CHECK-NEXT:      port mask
# CHECK-NEXT:        tag slow
# CHECK-NEXT:        as
# CHECK-NEXT:          text ""
# CHECK-NEXT:        type mask
# CHECK-NEXT:        default
# CHECK-NEXT:          call
# CHECK-NEXT:            name Gaussian
# CHECK-NEXT:      port step
# CHECK-NEXT:        type real
# CHECK-NEXT:        default
# CHECK-NEXT:          number 1e-5
# CHECK-NEXT:    value
# CHECK-NEXT:    is
# CHECK-NEXT:      name out
