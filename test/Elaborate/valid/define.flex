# RUN: flexc emit --stage=elaborated -D c=6 -D factors=[1.5] %s | FileCheck %s
# RUN: not flexc check -D dropout=0.5 %s 2>&1 | FileCheck %s --check-prefix=REAL
# RUN: not flexc check -D factor=[1] %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN
# R23: int, bool and list arguments are fixed at compile time, by -D.
use std
experiment main = FlexNet() |> Classify(shapes())
# CHECK: parameter stem.bias [6]
# CHECK: parameter blocks.0.conv1.bias [9]
# REAL: error: 'dropout' cannot be set with -D: only int, bool and list arguments are fixed at compile time
# REAL: hint: set it when the program runs: dropout=0.5
# UNKNOWN: error: -D factor: no experiment, network or recipe of this file has such an argument
# UNKNOWN: hint: did you mean 'factors'?
