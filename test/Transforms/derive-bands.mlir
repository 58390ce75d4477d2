// RUN: flex-opt %s --flex-derive-bands --canonicalize --cse -split-input-file | FileCheck %s

// A wave and a window of the same channels are one factor: the largest sum of |w| and h gamma, over channels and axes.
// CHECK-LABEL: @gabor
// CHECK-SAME: (%[[W:.*]]: !flex.field<4x2xf64> {{.*}}, %[[G:.*]]: !flex.field<4x2xf64> {{.*}}, %[[H:.*]]: !flex.field<f64>
// CHECK-NOT: flex.positions
// CHECK-DAG: flex.abs
// CHECK-DAG: flex.sqrt
// CHECK-DAG: %[[SHARE:.*]] = flex.mul {{.*}}, %[[H]]
// CHECK: %[[SUM:.*]] = flex.add
// CHECK: %[[FLAT:.*]] = flex.reshape %[[SUM]]
// CHECK: %[[MOST:.*]] = flex.channel_max %[[FLAT]]
// CHECK: flex.mul %[[MOST]], %{{.*}}
// CHECK-NOT: flex.channel_max
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @gabor(%w: !flex.field<4x2xf64> {flex.bind = "parameter:w"},
                              %gamma: !flex.field<4x2xf64> {flex.bind = "parameter:gamma"},
                              %h: !flex.field<f64> {flex.bind = "setting:h"}) -> (!flex.field<1xf64> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<2xf64, @taps>
  %a = flex.linear %w, %p : (!flex.field<4x2xf64>, !flex.field<2xf64, @taps>) -> !flex.field<4xf64, @taps>
  %s = flex.sin %a : !flex.field<4xf64, @taps>
  %u = flex.mul %gamma, %p : !flex.field<4x2xf64>, !flex.field<2xf64, @taps>
  %q = flex.mul %u, %u : !flex.field<4x2xf64, @taps>, !flex.field<4x2xf64, @taps>
  %r = flex.sum %q {axes = array<i64: 1>} : !flex.field<4x2xf64, @taps> -> !flex.field<4xf64, @taps>
  %half = flex.constant [-0.5] : !flex.field<f64>
  %e = flex.mul %r, %half : !flex.field<4xf64, @taps>, !flex.field<f64>
  %x = flex.exp %e : !flex.field<4xf64, @taps>
  %y = flex.mul %x, %s : !flex.field<4xf64, @taps>, !flex.field<4xf64, @taps>
  %f = flex.band both %y, %h : (!flex.field<4xf64, @taps>, !flex.field<f64>) -> !flex.field<1xf64>
  flex.yield %f : !flex.field<1xf64>
}

// -----

// Apart: two maxima. Windows alone: the wave is not even computed.
// CHECK-LABEL: @parts
// CHECK-COUNT-2: flex.channel_max
// CHECK-NOT: flex.channel_max
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @parts(%w: !flex.field<4x1xf64> {flex.bind = "parameter:w"},
                              %h: !flex.field<f64> {flex.bind = "setting:h"})
    -> (!flex.field<1xf64> {flex.out = "output"}, !flex.field<1xf64> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf64, @taps>
  %a = flex.linear %w, %p : (!flex.field<4x1xf64>, !flex.field<1xf64, @taps>) -> !flex.field<4xf64, @taps>
  %s = flex.cos %a : !flex.field<4xf64, @taps>
  %q = flex.mul %a, %a : !flex.field<4xf64, @taps>, !flex.field<4xf64, @taps>
  %e = flex.neg %q : !flex.field<4xf64, @taps>
  %x = flex.exp %e : !flex.field<4xf64, @taps>
  %y = flex.mul %x, %s : !flex.field<4xf64, @taps>, !flex.field<4xf64, @taps>
  %f = flex.band apart %y, %h : (!flex.field<4xf64, @taps>, !flex.field<f64>) -> !flex.field<1xf64>
  %g = flex.band windows %y, %h : (!flex.field<4xf64, @taps>, !flex.field<f64>) -> !flex.field<1xf64>
  flex.yield %f, %g : !flex.field<1xf64>, !flex.field<1xf64>
}

// -----

// Numbers: sin(2 pi 3 x) has 3; its square 6; a sum the larger; a product across a linear map two factors.
// CHECK-LABEL: @numbers
// CHECK-DAG: %[[THREE:.*]] = flex.constant [18.84955592153{{[0-9]+}}]
// CHECK-DAG: %[[SIX:.*]] = flex.constant [37.6991118430{{[0-9]+}}]
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @numbers(%m: !flex.field<2x1xf64> {flex.bind = "parameter:m"}, %h: !flex.field<f64> {flex.bind = "setting:h"})
    -> (!flex.field<1xf64> {flex.out = "output"}, !flex.field<1xf64> {flex.out = "output"}, !flex.field<2xf64> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf64, @taps>
  %w = flex.constant [18.84955592153876] : !flex.field<f64>
  %a = flex.mul %p, %w : !flex.field<1xf64, @taps>, !flex.field<f64>
  %s = flex.sin %a : !flex.field<1xf64, @taps>
  %q = flex.mul %s, %s : !flex.field<1xf64, @taps>, !flex.field<1xf64, @taps>
  %f = flex.band both %s, %h : (!flex.field<1xf64, @taps>, !flex.field<f64>) -> !flex.field<1xf64>
  %g = flex.band both %q, %h : (!flex.field<1xf64, @taps>, !flex.field<f64>) -> !flex.field<1xf64>
  %l = flex.linear %m, %s : (!flex.field<2x1xf64>, !flex.field<1xf64, @taps>) -> !flex.field<2xf64, @taps>
  %t = flex.mul %l, %s : !flex.field<2xf64, @taps>, !flex.field<1xf64, @taps>
  %k = flex.band both %t, %h : (!flex.field<2xf64, @taps>, !flex.field<f64>) -> !flex.field<2xf64>
  flex.yield %f, %g, %k : !flex.field<1xf64>, !flex.field<1xf64>, !flex.field<2xf64>
}

// -----

// A stated bound is taken as it is, and the op that states it goes.
// CHECK-LABEL: @stated
// CHECK-SAME: (%[[B:.*]]: !flex.field<f64>
// CHECK-NOT: flex.stated_band
// CHECK: flex.channel_max
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @stated(%b: !flex.field<f64> {flex.bind = "parameter:b"})
    -> (!flex.field<1xf64> {flex.out = "output"}, !flex.field<1xf64, @taps> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf64, @taps>
  %x = flex.tanh %p : !flex.field<1xf64, @taps>
  %y = flex.stated_band %x below %b : !flex.field<1xf64, @taps>, !flex.field<f64>
  %f = flex.band both %y, %b : (!flex.field<1xf64, @taps>, !flex.field<f64>) -> !flex.field<1xf64>
  flex.yield %f, %y : !flex.field<1xf64>, !flex.field<1xf64, @taps>
}

// -----

// A polynomial under a window widens its spectrum by the root of its degree: p and p^2 - 1 add degrees 1 and 2, so h + sqrt(3).
// CHECK-LABEL: @shaped
// CHECK-SAME: (%[[S:.*]]: !flex.field<f64> {{.*}}, %[[H:.*]]: !flex.field<f64>
// CHECK-DAG: %[[ROOT:.*]] = flex.constant [1.732050807568877{{[0-9]+}}]
// CHECK: %[[SUM:.*]] = flex.add %[[H]], %{{.*}}
// CHECK: flex.mul %{{.*}}, %[[SUM]]
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @shaped(%s: !flex.field<f64> {flex.bind = "parameter:s"}, %h: !flex.field<f64> {flex.bind = "setting:h"})
    -> (!flex.field<1xf64> {flex.out = "output"}) {
  %one = flex.constant [1.0] : !flex.field<f64>
  %p = flex.positions @taps : !flex.field<1xf64, @taps>
  %a = flex.div %p, %s : !flex.field<1xf64, @taps>, !flex.field<f64>
  %q = flex.mul %a, %a : !flex.field<1xf64, @taps>, !flex.field<1xf64, @taps>
  %n = flex.neg %q : !flex.field<1xf64, @taps>
  %g = flex.exp %n : !flex.field<1xf64, @taps>
  %t = flex.sub %q, %one : !flex.field<1xf64, @taps>, !flex.field<f64>
  %u = flex.mul %a, %t : !flex.field<1xf64, @taps>, !flex.field<1xf64, @taps>
  %y = flex.mul %u, %g : !flex.field<1xf64, @taps>, !flex.field<1xf64, @taps>
  %f = flex.band both %y, %h : (!flex.field<1xf64, @taps>, !flex.field<f64>) -> !flex.field<1xf64>
  flex.yield %f : !flex.field<1xf64>
}
