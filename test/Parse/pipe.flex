# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# Stages with and without labels; `_:` adds no segment to paths.

fn a() = x |> relu |> stem @mask as "conv1": conv(24) |> _: H() |> blocks[0] |> a.b
fn b() = x |> (if c then f else g) |> [f, g]

#      CHECK:file
# CHECK-NEXT:  fn a
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      pipe
# CHECK-NEXT:        pipe
# CHECK-NEXT:          pipe
# CHECK-NEXT:            pipe
# CHECK-NEXT:              pipe
# CHECK-NEXT:                name x
# CHECK-NEXT:                name relu
# CHECK-NEXT:              label stem
# CHECK-NEXT:                tag mask
# CHECK-NEXT:                as
# CHECK-NEXT:                  text "conv1"
# CHECK-NEXT:              call
# CHECK-NEXT:                name conv
# CHECK-NEXT:                argument
# CHECK-NEXT:                  number 24
# CHECK-NEXT:            label _
# CHECK-NEXT:            call
# CHECK-NEXT:              name H
# CHECK-NEXT:          index
# CHECK-NEXT:            name blocks
# CHECK-NEXT:            at
# CHECK-NEXT:              number 0
# CHECK-NEXT:        member b
# CHECK-NEXT:          name a
# CHECK-NEXT:  fn b
# CHECK-NEXT:    configuration
# CHECK-NEXT:    is
# CHECK-NEXT:      pipe
# CHECK-NEXT:        pipe
# CHECK-NEXT:          name x
# CHECK-NEXT:          if
# CHECK-NEXT:            name c
# CHECK-NEXT:            name f
# CHECK-NEXT:            name g
# CHECK-NEXT:        list
# CHECK-NEXT:          name f
# CHECK-NEXT:          name g
