# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# Words of other languages.

def g() = 1

#      CHECK:{{.*}}first-word-foreign.flex:[[@LINE-2]]:1: error: expected a declaration, got 'def'
# CHECK-NEXT:  def g() = 1
# CHECK-NEXT:  ^~~
# CHECK-NEXT:  hint: write 'fn'
