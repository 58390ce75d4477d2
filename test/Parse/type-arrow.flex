# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Arrows associate to the right; parentheses hold parameters.

fn a(f: int -> int -> block, g: () -> block, h: (int, real) -> block, k: (int -> int) -> block) -> [c] on grid[2] = 1
fn b() -> (x: [3] on grid[2], label: class(10)) extern

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:      port f
# CHECK-NEXT:        function
# CHECK-NEXT:          type int
# CHECK-NEXT:          result
# CHECK-NEXT:            function
# CHECK-NEXT:              type int
# CHECK-NEXT:              result
# CHECK-NEXT:                type block
# CHECK-NEXT:      port g
# CHECK-NEXT:        function
# CHECK-NEXT:          result
# CHECK-NEXT:            type block
# CHECK-NEXT:      port h
# CHECK-NEXT:        function
# CHECK-NEXT:          type int
# CHECK-NEXT:          type real
# CHECK-NEXT:          result
# CHECK-NEXT:            type block
# CHECK-NEXT:      port k
# CHECK-NEXT:        function
# CHECK-NEXT:          function
# CHECK-NEXT:            type int
# CHECK-NEXT:            result
# CHECK-NEXT:              type int
# CHECK-NEXT:          result
# CHECK-NEXT:            type block
# CHECK-NEXT:    returns
# CHECK-NEXT:      field on grid
# CHECK-NEXT:        size
# CHECK-NEXT:          name c
# CHECK-NEXT:        rank
# CHECK-NEXT:          number 2
# CHECK-NEXT:    is
# CHECK-NEXT:      number 1
# CHECK-NEXT:  fn b
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
