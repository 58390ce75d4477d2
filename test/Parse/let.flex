# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Single assignment and reassignable names.

fn f(x: int) {
  let y = x
  var z = y
  z = z + 1
  return z
}

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port x
# CHECK-NEXT:        type int
# CHECK-NEXT:    body
# CHECK-NEXT:      let y
# CHECK-NEXT:        name x
# CHECK-NEXT:      var z
# CHECK-NEXT:        name y
# CHECK-NEXT:      assign z
# CHECK-NEXT:        binary +
# CHECK-NEXT:          name z
# CHECK-NEXT:          number 1
# CHECK-NEXT:      return
# CHECK-NEXT:        name z
