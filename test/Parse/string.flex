# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Strings, truth values.

fn a() = ["", "a b # c", true, false]

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      list
# CHECK-NEXT:        string ""
# CHECK-NEXT:        string "a b # c"
# CHECK-NEXT:        true
# CHECK-NEXT:        false
