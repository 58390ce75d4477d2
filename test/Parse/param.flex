# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Parameters and states, with and without shape; `next`.

block B() (x: [c]) {
  param scale @mask = 0
  param w[2 * c, c] as "weight" = uniform(-1, 1)
  state mean[c] = 0
  next mean = mean + 1
  return w
}

#      CHECK:file
# CHECK-NEXT:  block B
# CHECK-NEXT:    configuration
# CHECK-NEXT:    value
# CHECK-NEXT:      port x
# CHECK-NEXT:        field
# CHECK-NEXT:          size
# CHECK-NEXT:            name c
# CHECK-NEXT:    body
# CHECK-NEXT:      param scale
# CHECK-NEXT:        tag mask
# CHECK-NEXT:        number 0
# CHECK-NEXT:      param w
# CHECK-NEXT:        size
# CHECK-NEXT:          binary *
# CHECK-NEXT:            number 2
# CHECK-NEXT:            name c
# CHECK-NEXT:        size
# CHECK-NEXT:          name c
# CHECK-NEXT:        as
# CHECK-NEXT:          text "weight"
# CHECK-NEXT:        call
# CHECK-NEXT:          name uniform
# CHECK-NEXT:          argument
# CHECK-NEXT:            negate
# CHECK-NEXT:              number 1
# CHECK-NEXT:          argument
# CHECK-NEXT:            number 1
# CHECK-NEXT:      state mean
# CHECK-NEXT:        size
# CHECK-NEXT:          name c
# CHECK-NEXT:        number 0
# CHECK-NEXT:      next mean
# CHECK-NEXT:        binary +
# CHECK-NEXT:          name mean
# CHECK-NEXT:          number 1
# CHECK-NEXT:      return
# CHECK-NEXT:        name w
