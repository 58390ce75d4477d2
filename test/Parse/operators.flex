# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# From tight to loose: calls, ^ (to the right), -, * / %, + -, .., comparisons, not, and, or, |>.

fn a() = -x ^ 2 ^ -y * z + 1
fn b() = a - b - c / d % e
fn c() = not a == b and c or d and 0..n - 1 != e
fn d() = (a + b) * ((c))
fn e() = - - x

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      binary +
# CHECK-NEXT:        binary *
# CHECK-NEXT:          negate
# CHECK-NEXT:            binary ^
# CHECK-NEXT:              name x
# CHECK-NEXT:              binary ^
# CHECK-NEXT:                number 2
# CHECK-NEXT:                negate
# CHECK-NEXT:                  name y
# CHECK-NEXT:          name z
# CHECK-NEXT:        number 1
# CHECK-NEXT:  fn b
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      binary -
# CHECK-NEXT:        binary -
# CHECK-NEXT:          name a
# CHECK-NEXT:          name b
# CHECK-NEXT:        binary %
# CHECK-NEXT:          binary /
# CHECK-NEXT:            name c
# CHECK-NEXT:            name d
# CHECK-NEXT:          name e
# CHECK-NEXT:  fn c
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      binary or
# CHECK-NEXT:        binary and
# CHECK-NEXT:          not
# CHECK-NEXT:            binary ==
# CHECK-NEXT:              name a
# CHECK-NEXT:              name b
# CHECK-NEXT:          name c
# CHECK-NEXT:        binary and
# CHECK-NEXT:          name d
# CHECK-NEXT:          binary !=
# CHECK-NEXT:            range
# CHECK-NEXT:              number 0
# CHECK-NEXT:              binary -
# CHECK-NEXT:                name n
# CHECK-NEXT:                number 1
# CHECK-NEXT:            name e
# CHECK-NEXT:  fn d
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      binary *
# CHECK-NEXT:        binary +
# CHECK-NEXT:          name a
# CHECK-NEXT:          name b
# CHECK-NEXT:        name c
# CHECK-NEXT:  fn e
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      negate
# CHECK-NEXT:        negate
# CHECK-NEXT:          name x
