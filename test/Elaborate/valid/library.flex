# RUN: flexc check %s
# R32: a file without experiments has its names checked.
use std
block Skip(inner: block) (x: [c]) -> [c] = x + inner(x)
