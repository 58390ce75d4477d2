# RUN: not flexc check %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
# What is piped into can be applied.

fn a() = x |> f + y
fn b() = x |> stem: f(1) * 2 |> g
fn c() = x |> 3
fn d() = x |> (f - g)
fn e() = x |> _
fn f() = x |> "s"

#      CHECK:{{.*}}pipe.flex:[[@LINE-7]]:15: error: expected something to pipe into, got a sum
# CHECK-NEXT:  fn a() = x |> f + y
# CHECK-NEXT:                ^~~~~
# CHECK-NEXT:  hint: '|>' binds weaker than operators: write '(x |> f) + y'
#      CHECK:{{.*}}pipe.flex:[[@LINE-10]]:21: error: expected something to pipe into, got a product
# CHECK-NEXT:  fn b() = x |> stem: f(1) * 2 |> g
# CHECK-NEXT:                      ^~~~~~~~
# CHECK-NEXT:  hint: '|>' binds weaker than operators: write '(x |> stem: f(1)) * 2'
#      CHECK:{{.*}}pipe.flex:[[@LINE-13]]:15: error: expected something to pipe into, got a number
# CHECK-NEXT:  fn c() = x |> 3
# CHECK-NEXT:                ^
#      CHECK:{{.*}}pipe.flex:[[@LINE-15]]:15: error: expected something to pipe into, got a difference
# CHECK-NEXT:  fn d() = x |> (f - g)
# CHECK-NEXT:                ^~~~~~~
#      CHECK:{{.*}}pipe.flex:[[@LINE-17]]:15: error: '_' leaves an argument of a call open and cannot stand here
# CHECK-NEXT:  fn e() = x |> _
# CHECK-NEXT:                ^
# CHECK-NEXT:  hint: for example FlexConv(_, kernel = SIREN(_))
#      CHECK:{{.*}}pipe.flex:[[@LINE-20]]:15: error: expected something to pipe into, got a string
# CHECK-NEXT:  fn f() = x |> "s"
# CHECK-NEXT:                ^~~
