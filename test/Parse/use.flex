# RUN: flexc emit --stage=ast %s | FileCheck %s --match-full-lines --strict-whitespace
# `use` names modules, at the head of the file; role words are names too.

use std
use std.layers
use my.kernel.block

#      CHECK:file
# CHECK-NEXT:  use std
# CHECK-NEXT:  use std.layers
# CHECK-NEXT:  use my.kernel.block
