# RUN: not flexc check %s 2>&1 | FileCheck %s
# R22: a name that nobody defined is an error, with a suggestion.
use std
fn helper(width: int) = widht + 1
# CHECK: closure.flex:[[@LINE-1]]:25: error: unknown name 'widht'
# CHECK: hint: did you mean 'width'?
network N() (x: [n] on grid[2]) -> [10] = x |> globalmean |> BachNorm |> Linear(hidden)
# CHECK: closure.flex:[[@LINE-1]]:48: error: unknown name 'globalmean'
# CHECK: hint: did you mean 'global_mean'?
# CHECK: error: unknown name 'BachNorm'
# CHECK: hint: did you mean 'BatchNorm'?
# CHECK: error: unknown name 'hidden'
