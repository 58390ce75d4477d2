# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Tags and `as` after a name; expressions in braces.

block B() {
  param w[2] @mask @slow as "mask_params[:,0]" = 1
  let layers as "net.{2 * l + 1}.x{l}" = 2
  let plain as "" = 3
}

#      CHECK:file
# CHECK-NEXT:  block B
# CHECK-NEXT:    configuration
# CHECK-NEXT:    body
# CHECK-NEXT:      param w
# CHECK-NEXT:        size
# CHECK-NEXT:          number 2
# CHECK-NEXT:        tag mask
# CHECK-NEXT:        tag slow
# CHECK-NEXT:        as
# CHECK-NEXT:          text "mask_params[:,0]"
# CHECK-NEXT:        number 1
# CHECK-NEXT:      let layers
# CHECK-NEXT:        as
# CHECK-NEXT:          text "net."
# CHECK-NEXT:          binary +
# CHECK-NEXT:            binary *
# CHECK-NEXT:              number 2
# CHECK-NEXT:              name l
# CHECK-NEXT:            number 1
# CHECK-NEXT:          text ".x"
# CHECK-NEXT:          name l
# CHECK-NEXT:          text ""
# CHECK-NEXT:        number 2
# CHECK-NEXT:      let plain
# CHECK-NEXT:        as
# CHECK-NEXT:          text ""
# CHECK-NEXT:        number 3
