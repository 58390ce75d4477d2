# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# What stands at the top level is a declaration; a misspelt keyword is recognised.

netwrok N() = 1

#      CHECK:{{.*}}first-word.flex:[[@LINE-2]]:1: error: expected a declaration, got 'netwrok'
# CHECK-NEXT:  netwrok N() = 1
# CHECK-NEXT:  ^~~~~~~
# CHECK-NEXT:  hint: did you mean 'network'?
