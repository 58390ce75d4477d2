# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Statements stand inside declarations.

let x = 3

#      CHECK:{{.*}}first-word-statement.flex:[[@LINE-2]]:1: error: expected a declaration, got 'let'
# CHECK-NEXT:  let x = 3
# CHECK-NEXT:  ^~~
# CHECK-NEXT:  hint: statements stand inside a declaration
