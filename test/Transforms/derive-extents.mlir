// RUN: flex-opt %s --flex-derive-extents --canonicalize --cse -split-input-file -verify-diagnostics | FileCheck %s

// std's Gaussian mask: exp(-0.5 * sum(((p - mean) / sigma)^2)). sqrt(-2 ln 0.1) = 2.14596...; no quotient is left.
// CHECK-LABEL: @gaussian
// CHECK-SAME: (%[[MEAN:.*]]: !flex.field<2xf32> {{.*}}, %[[SIGMA:.*]]: !flex.field<2xf32>
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @gaussian(%mean: !flex.field<2xf32> {flex.bind = "parameter:mean"},
                                 %sigma: !flex.field<2xf32> {flex.bind = "parameter:sigma"})
    -> (!flex.field<2xf32> {flex.out = "output"}, !flex.field<2xf32> {flex.out = "output"}) {
  // CHECK-NOT: flex.positions
  // CHECK-DAG: %[[R:.*]] = flex.constant [2.1459660262893
  // CHECK-DAG: %[[MEAN0:.*]] = flex.extract %[[MEAN]][0]
  // CHECK-DAG: %[[MEAN1:.*]] = flex.extract %[[MEAN]][1]
  // CHECK-DAG: %[[SIGMA0:.*]] = flex.extract %[[SIGMA]][0]
  // CHECK-DAG: %[[SIGMA1:.*]] = flex.extract %[[SIGMA]][1]
  // CHECK-DAG: %[[WIDTH0:.*]] = flex.abs %[[SIGMA0]]
  // CHECK-DAG: %[[WIDTH1:.*]] = flex.abs %[[SIGMA1]]
  // CHECK-DAG: %[[HALF0:.*]] = flex.mul %[[WIDTH0]], %[[R]]
  // CHECK-DAG: %[[HALF1:.*]] = flex.mul %[[WIDTH1]], %[[R]]
  // CHECK-DAG: %[[LOW0:.*]] = flex.sub %[[MEAN0]], %[[HALF0]]
  // CHECK-DAG: %[[LOW1:.*]] = flex.sub %[[MEAN1]], %[[HALF1]]
  // CHECK-DAG: %[[HIGH0:.*]] = flex.add %[[MEAN0]], %[[HALF0]]
  // CHECK-DAG: %[[HIGH1:.*]] = flex.add %[[MEAN1]], %[[HALF1]]
  // CHECK-DAG: %[[LOW:.*]] = flex.stack %[[LOW0]], %[[LOW1]]
  // CHECK-DAG: %[[HIGH:.*]] = flex.stack %[[HIGH0]], %[[HIGH1]]
  // CHECK: flex.yield %[[LOW]], %[[HIGH]]
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %d = flex.sub %p, %mean : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  %u = flex.div %d, %sigma : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  %two = flex.constant [2.0] : !flex.field<f32>
  %q = flex.pow %u, %two : !flex.field<2xf32, @taps>, !flex.field<f32>
  %s = flex.sum %q {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  %minus_half = flex.constant [-0.5] : !flex.field<f32>
  %e = flex.mul %minus_half, %s : !flex.field<f32>, !flex.field<f32, @taps>
  %m = flex.exp %e : !flex.field<f32, @taps>
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<2xf32>, !flex.field<2xf32>)
  flex.yield %lo, %hi : !flex.field<2xf32>, !flex.field<2xf32>
}

// -----

// The same window written with its factor outside, and simplified: exp(-(p - m)^2 / (2 s^2)), in one dimension.
// CHECK-LABEL: @factor_outside
// CHECK-SAME: (%[[MEAN:.*]]: !flex.field<f32> {{.*}}, %[[SIGMA:.*]]: !flex.field<f32>
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @factor_outside(%mean: !flex.field<f32> {flex.bind = "parameter:mean"},
                                       %sigma: !flex.field<f32> {flex.bind = "parameter:sigma"})
    -> (!flex.field<1xf32> {flex.out = "output"}, !flex.field<1xf32> {flex.out = "output"}) {
  // CHECK-DAG: %[[LOG:.*]] = flex.constant [2.302585
  // CHECK-DAG: %[[TWO:.*]] = flex.constant [2.0
  // CHECK: %[[SQUARE:.*]] = flex.mul %[[SIGMA]], %[[SIGMA]]
  // CHECK: %[[TWICE:.*]] = flex.mul %[[SQUARE]], %[[TWO]]
  // CHECK: %[[REACH:.*]] = flex.mul %[[TWICE]], %[[LOG]]
  // CHECK: %[[HALF:.*]] = flex.sqrt %[[REACH]]
  // CHECK: flex.sub %[[MEAN]], %[[HALF]]
  // CHECK: flex.add %[[MEAN]], %[[HALF]]
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %x = flex.extract %p[0] : !flex.field<1xf32, @taps> -> !flex.field<f32, @taps>
  %d = flex.sub %x, %mean : !flex.field<f32, @taps>, !flex.field<f32>
  %q = flex.mul %d, %d : !flex.field<f32, @taps>, !flex.field<f32, @taps>
  %n = flex.neg %q : !flex.field<f32, @taps>
  %ss = flex.mul %sigma, %sigma : !flex.field<f32>, !flex.field<f32>
  %two = flex.constant [2.0] : !flex.field<f32>
  %ss2 = flex.mul %ss, %two : !flex.field<f32>, !flex.field<f32>
  %one = flex.constant [1.0] : !flex.field<f32>
  %r = flex.div %one, %ss2 : !flex.field<f32>, !flex.field<f32>
  %e = flex.mul %n, %r : !flex.field<f32, @taps>, !flex.field<f32>
  %m = flex.exp %e : !flex.field<f32, @taps>
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<1xf32>, !flex.field<1xf32>)
  flex.yield %lo, %hi : !flex.field<1xf32>, !flex.field<1xf32>
}

// -----

// std's exponential mask, exp((p - 1) / tau): the half line from 1 + tau ln 0.1 if tau > 0, else up to it.
// CHECK-LABEL: @half_line
// CHECK-SAME: (%[[TAU:.*]]: !flex.field<f32>
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @half_line(%tau: !flex.field<f32> {flex.bind = "parameter:tau"})
    -> (!flex.field<1xf32> {flex.out = "output"}, !flex.field<1xf32> {flex.out = "output"}) {
  // CHECK-DAG: %[[ONE:.*]] = flex.constant [1.0
  // CHECK-DAG: %[[MINUS:.*]] = flex.constant [-1.0
  // CHECK-DAG: %[[LOG:.*]] = flex.constant [-2.302585
  // CHECK-DAG: %[[WAY:.*]] = flex.mul %[[TAU]], %[[LOG]]
  // CHECK-DAG: %[[ROOT:.*]] = flex.add %[[WAY]], %[[ONE]]
  // CHECK: %[[RISES:.*]] = flex.cmp gt
  // CHECK: %[[LOW:.*]] = flex.select %[[RISES]], %[[ROOT]], %[[MINUS]]
  // CHECK: %[[HIGH:.*]] = flex.select %[[RISES]], %[[ONE]], %[[ROOT]]
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %x = flex.extract %p[0] : !flex.field<1xf32, @taps> -> !flex.field<f32, @taps>
  %one = flex.constant [1.0] : !flex.field<f32>
  %d = flex.sub %x, %one : !flex.field<f32, @taps>, !flex.field<f32>
  %e = flex.div %d, %tau : !flex.field<f32, @taps>, !flex.field<f32>
  %m = flex.exp %e : !flex.field<f32, @taps>
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<1xf32>, !flex.field<1xf32>)
  flex.yield %lo, %hi : !flex.field<1xf32>, !flex.field<1xf32>
}

// -----

// std's rotated mask: two squares over both axes, through a `stack` and a `linear`.
// CHECK-LABEL: @rotated
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @rotated(%mean: !flex.field<2xf32> {flex.bind = "parameter:mean"},
                                %sigma: !flex.field<2xf32> {flex.bind = "parameter:sigma"},
                                %phi: !flex.field<f32> {flex.bind = "parameter:phi"})
    -> (!flex.field<2xf32> {flex.out = "output"}, !flex.field<2xf32> {flex.out = "output"}) {
  // CHECK-NOT: flex.positions
  // CHECK-COUNT-2: flex.sqrt
  // CHECK: %[[LOW:.*]] = flex.stack
  // CHECK: %[[HIGH:.*]] = flex.stack
  // CHECK: flex.yield %[[LOW]], %[[HIGH]]
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %d = flex.sub %p, %mean : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  %c = flex.cos %phi : !flex.field<f32>
  %s = flex.sin %phi : !flex.field<f32>
  %minus_s = flex.neg %s : !flex.field<f32>
  %column0 = flex.stack %c, %minus_s : (!flex.field<f32>, !flex.field<f32>) -> !flex.field<2xf32>
  %column1 = flex.stack %s, %c : (!flex.field<f32>, !flex.field<f32>) -> !flex.field<2xf32>
  %r = flex.stack %column0, %column1 : (!flex.field<2xf32>, !flex.field<2xf32>) -> !flex.field<2x2xf32>
  %t = flex.linear %r, %d : (!flex.field<2x2xf32>, !flex.field<2xf32, @taps>) -> !flex.field<2xf32, @taps>
  %u = flex.div %t, %sigma : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  %q = flex.mul %u, %u : !flex.field<2xf32, @taps>, !flex.field<2xf32, @taps>
  %sum = flex.sum %q {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  %minus_half = flex.constant [-0.5] : !flex.field<f32>
  %e = flex.mul %minus_half, %sum : !flex.field<f32>, !flex.field<f32, @taps>
  %m = flex.exp %e : !flex.field<f32, @taps>
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<2xf32>, !flex.field<2xf32>)
  flex.yield %lo, %hi : !flex.field<2xf32>, !flex.field<2xf32>
}

// -----

// A box known at compile time, of a product of two windows: nothing is left but constants.
// CHECK-LABEL: @constants
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @constants() -> (!flex.field<2xf32> {flex.out = "output"}, !flex.field<2xf32> {flex.out = "output"}) {
  // CHECK-DAG: %[[LOW:.*]] = flex.constant [2.500000e-01, -1.000000e+00] : <2xf32>
  // CHECK-DAG: %[[HIGH:.*]] = flex.constant [7.500000e-01, 1.000000e+00] : <2xf32>
  // CHECK-NEXT: flex.yield
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %y = flex.extract %p[0] : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  %x = flex.extract %p[1] : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  %half = flex.constant [0.5] : !flex.field<f32>
  %four = flex.constant [4.0] : !flex.field<f32>
  %d = flex.sub %y, %half : !flex.field<f32, @taps>, !flex.field<f32>
  %d4 = flex.mul %four, %d : !flex.field<f32>, !flex.field<f32, @taps>
  %qy = flex.mul %d4, %d4 : !flex.field<f32, @taps>, !flex.field<f32, @taps>
  %qx = flex.mul %x, %x : !flex.field<f32, @taps>, !flex.field<f32, @taps>
  %ny = flex.neg %qy : !flex.field<f32, @taps>
  %nx = flex.neg %qx : !flex.field<f32, @taps>
  %my = flex.exp %ny : !flex.field<f32, @taps>
  %mx = flex.exp %nx : !flex.field<f32, @taps>
  %m = flex.mul %my, %mx : !flex.field<f32, @taps>, !flex.field<f32, @taps>
  %lo, %hi = flex.extent %m {level = 0.36787944117144233 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<2xf32>, !flex.field<2xf32>)
  flex.yield %lo, %hi : !flex.field<2xf32>, !flex.field<2xf32>
}

// -----

// A box that is stated stays as it is.
// CHECK-LABEL: @stated
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @stated(%lo: !flex.field<2xf32> {flex.bind = "parameter:lo"},
                               %hi: !flex.field<2xf32> {flex.bind = "parameter:hi"}) {
  // CHECK-NEXT: flex.crop @taps of @image within %{{.*}}, %{{.*}} :
  // CHECK-NEXT: flex.yield
  flex.crop @taps of @image within %lo, %hi : !flex.field<2xf32>, !flex.field<2xf32> {points = affine_map<(n) -> (n)>}
  flex.yield
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @unknown_op(%a: !flex.field<f32> {flex.bind = "parameter:a"})
    -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %x = flex.extract %p[0] : !flex.field<1xf32, @taps> -> !flex.field<f32, @taps>
  // expected-error @below {{cannot derive where this value lives: 'flex.tanh' of a position is no affine map, square, sum or exponential}}
  %t = flex.tanh %x : !flex.field<f32, @taps>
  %m = flex.exp %t : !flex.field<f32, @taps>
  // expected-note @below {{asked for here; state the box instead: `extent box(low, high)`}}
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<1xf32>, !flex.field<1xf32>)
  flex.yield %lo : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @sign_unknown(%beta: !flex.field<f32> {flex.bind = "parameter:beta"})
    -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %x = flex.extract %p[0] : !flex.field<1xf32, @taps> -> !flex.field<f32, @taps>
  %q = flex.mul %x, %x : !flex.field<f32, @taps>, !flex.field<f32, @taps>
  %e = flex.mul %q, %beta : !flex.field<f32, @taps>, !flex.field<f32>
  %m = flex.exp %e : !flex.field<f32, @taps>
  // expected-error @below {{its exponent is a square times a factor that is not known to be negative: write the factor inside the square}}
  // expected-note @below {{state the box instead}}
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<1xf32>, !flex.field<1xf32>)
  flex.yield %lo : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @too_few_squares() -> (!flex.field<2xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %x = flex.extract %p[0] : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  %q = flex.mul %x, %x : !flex.field<f32, @taps>, !flex.field<f32, @taps>
  %e = flex.neg %q : !flex.field<f32, @taps>
  %m = flex.exp %e : !flex.field<f32, @taps>
  // expected-error @below {{its exponent is a sum of squares, 1 of them in 2 dimensions: needs one per axis}}
  // expected-note @below {{state the box instead}}
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<2xf32>, !flex.field<2xf32>)
  flex.yield %lo : !flex.field<2xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @no_window() -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  // expected-error @below {{it is not e to some power, and reaches no level in a box}}
  %x = flex.extract %p[0] : !flex.field<1xf32, @taps> -> !flex.field<f32, @taps>
  // expected-note @below {{asked for here}}
  %lo, %hi = flex.extent %x {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<1xf32>, !flex.field<1xf32>)
  flex.yield %lo : !flex.field<1xf32>
}
