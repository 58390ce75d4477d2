# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# `require`, `extent`, `band`, `return`.

mask M() (p: [d]) -> real {
  require sigma > 0
  extent level(0.1)
  band 2 * w
  return p
}

#      CHECK:file
# CHECK-NEXT:  mask M
# CHECK-NEXT:    configuration
# CHECK-NEXT:    value
# CHECK-NEXT:      port p
# CHECK-NEXT:        field
# CHECK-NEXT:          size
# CHECK-NEXT:            name d
# CHECK-NEXT:    returns
# CHECK-NEXT:      type real
# CHECK-NEXT:    body
# CHECK-NEXT:      require
# CHECK-NEXT:        binary >
# CHECK-NEXT:          name sigma
# CHECK-NEXT:          number 0
# CHECK-NEXT:      extent
# CHECK-NEXT:        call
# CHECK-NEXT:          name level
# CHECK-NEXT:          argument
# CHECK-NEXT:            number 0.1
# CHECK-NEXT:      band
# CHECK-NEXT:        binary *
# CHECK-NEXT:          number 2
# CHECK-NEXT:          name w
# CHECK-NEXT:      return
# CHECK-NEXT:        name p
