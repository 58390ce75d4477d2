# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Every role; configuration and value lists; stated results; the three bodies.

fn f(x: int) -> int = x
kernel K(out: int) (p: [d]) -> [out] { return p }
mask M() (p: [d]) = 1
block B { return 1 }
network N() (x: [n] on grid[2]) -> [10] = x
recipe R(lr: real) (net: network) { loss = lr }
experiment main = N() |> R(0.1)
fn data() -> (x: [3] on grid[2], label: class(10)) extern

#      CHECK:file
# CHECK-NEXT:  fn f
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port x
# CHECK-NEXT:        type int
# CHECK-NEXT:    returns
# CHECK-NEXT:      type int
# CHECK-NEXT:    is
# CHECK-NEXT:      name x
# CHECK-NEXT:  kernel K
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port out
# CHECK-NEXT:        type int
# CHECK-NEXT:    value
# CHECK-NEXT:      port p
# CHECK-NEXT:        field
# CHECK-NEXT:          size
# CHECK-NEXT:            name d
# CHECK-NEXT:    returns
# CHECK-NEXT:      field
# CHECK-NEXT:        size
# CHECK-NEXT:          name out
# CHECK-NEXT:    body
# CHECK-NEXT:      return
# CHECK-NEXT:        name p
# CHECK-NEXT:  mask M
# CHECK-NEXT:    configuration
# CHECK-NEXT:    value
# CHECK-NEXT:      port p
# CHECK-NEXT:        field
# CHECK-NEXT:          size
# CHECK-NEXT:            name d
# CHECK-NEXT:    is
# CHECK-NEXT:      number 1
# CHECK-NEXT:  block B
# CHECK-NEXT:    body
# CHECK-NEXT:      return
# CHECK-NEXT:        number 1
# CHECK-NEXT:  network N
# CHECK-NEXT:    configuration
# CHECK-NEXT:    value
# CHECK-NEXT:      port x
# CHECK-NEXT:        field on grid
# CHECK-NEXT:          size
# CHECK-NEXT:            name n
# CHECK-NEXT:          rank
# CHECK-NEXT:            number 2
# CHECK-NEXT:    returns
# CHECK-NEXT:      field
# CHECK-NEXT:        size
# CHECK-NEXT:          number 10
# CHECK-NEXT:    is
# CHECK-NEXT:      name x
# CHECK-NEXT:  recipe R
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port lr
# CHECK-NEXT:        type real
# CHECK-NEXT:    value
# CHECK-NEXT:      port net
# CHECK-NEXT:        type network
# CHECK-NEXT:    body
# CHECK-NEXT:      assign loss
# CHECK-NEXT:        name lr
# CHECK-NEXT:  experiment main
# CHECK-NEXT:    is
# CHECK-NEXT:      pipe
# CHECK-NEXT:        call
# CHECK-NEXT:          name N
# CHECK-NEXT:        call
# CHECK-NEXT:          name R
# CHECK-NEXT:          argument
# CHECK-NEXT:            number 0.1
# CHECK-NEXT:  fn data
# CHECK-NEXT:    configuration
# CHECK-NEXT:    returns
# CHECK-NEXT:      record
# CHECK-NEXT:        member x
# CHECK-NEXT:          field on grid
# CHECK-NEXT:            size
# CHECK-NEXT:              number 3
# CHECK-NEXT:            rank
# CHECK-NEXT:              number 2
# CHECK-NEXT:        member label
# CHECK-NEXT:          type class
# CHECK-NEXT:            number 10
# CHECK-NEXT:    extern
