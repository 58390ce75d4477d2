# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Role and unit words are names where no keyword can stand.

fn block(network: int, step: int) = network + step
kernel kernel() = fn

#      CHECK:file
# CHECK-NEXT:  fn block
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port network
# CHECK-NEXT:        type int
# CHECK-NEXT:      port step
# CHECK-NEXT:        type int
# CHECK-NEXT:    is
# CHECK-NEXT:      binary +
# CHECK-NEXT:        name network
# CHECK-NEXT:        name step
# CHECK-NEXT:  kernel kernel
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      name fn
