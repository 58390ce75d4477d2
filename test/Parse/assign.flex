# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Slots and columns: a name, perhaps a tag.

recipe R() (net: network) {
  loss = 1
  optimizer = Adam(1)
  optimizer @mask = Adam(2)
  kernel = 3
}

#      CHECK:file
# CHECK-NEXT:  recipe R
# CHECK-NEXT:    configuration
# CHECK-NEXT:    value
# CHECK-NEXT:      port net
# CHECK-NEXT:        type network
# CHECK-NEXT:    body
# CHECK-NEXT:      assign loss
# CHECK-NEXT:        number 1
# CHECK-NEXT:      assign optimizer
# CHECK-NEXT:        call
# CHECK-NEXT:          name Adam
# CHECK-NEXT:          argument
# CHECK-NEXT:            number 1
# CHECK-NEXT:      assign optimizer @mask
# CHECK-NEXT:        call
# CHECK-NEXT:          name Adam
# CHECK-NEXT:          argument
# CHECK-NEXT:            number 2
# CHECK-NEXT:      assign kernel
# CHECK-NEXT:        number 3
