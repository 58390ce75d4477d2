// RUN: flex-opt %s --flex-simplify | FileCheck %s

flex.space @taps {rank = 2 : i64, taps}

// A mask times a kernel network times the sampling rate, as FlexConv has it: both factors end before the `linear`.
// CHECK-LABEL: @mask_before_last_layer
// CHECK-SAME: (%[[W:.*]]: !flex.field<12x2xf32> {{.*}}, %[[A:.*]]: !flex.field<12xf32> {{.*}}, %[[G:.*]]: !flex.field<2xf32> {{.*}})
flex.network "forward" @mask_before_last_layer(
    %w: !flex.field<12x2xf32> {flex.bind = "parameter:w"}, %a: !flex.field<12xf32> {flex.bind = "parameter:a"},
    %gamma: !flex.field<2xf32> {flex.bind = "parameter:gamma"})
    -> (!flex.field<4x3xf32, @taps> {flex.out = "output"}) {
  // CHECK: %[[P:.*]] = flex.positions @taps
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  // CHECK: %[[H:.*]] = flex.sin
  %h = flex.sin %p : !flex.field<2xf32, @taps>
  %s = flex.mul %gamma, %p : !flex.field<2xf32>, !flex.field<2xf32, @taps>
  %q = flex.sum %s {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  // CHECK: %[[M:.*]] = flex.exp
  %m = flex.exp %q : !flex.field<f32, @taps>
  %products = flex.mul %w, %h : !flex.field<12x2xf32>, !flex.field<2xf32, @taps>
  %o = flex.sum %products {axes = array<i64: 1>} : !flex.field<12x2xf32, @taps> -> !flex.field<12xf32, @taps>
  %psi = flex.add %o, %a : !flex.field<12xf32, @taps>, !flex.field<12xf32>
  %masked = flex.mul %m, %psi : !flex.field<f32, @taps>, !flex.field<12xf32, @taps>
  %pairs = flex.reshape %masked : !flex.field<12xf32, @taps> -> !flex.field<4x3xf32, @taps>
  // CHECK: %[[RATE:.*]] = flex.rate
  %rate = flex.rate @taps : !flex.field<f32>
  // CHECK: %[[S:.*]] = flex.mul %[[M]], %[[RATE]]
  // CHECK: %[[SH:.*]] = flex.mul %[[S]], %[[H]]
  // CHECK: %[[K:.*]] = flex.linear %[[W]], %[[SH]] bias %[[A]] scaled %[[S]]
  // CHECK: %[[OUT:.*]] = flex.reshape %[[K]]
  // CHECK-NEXT: flex.yield %[[OUT]]
  %taps = flex.mul %pairs, %rate : !flex.field<4x3xf32, @taps>, !flex.field<f32>
  flex.yield %taps : !flex.field<4x3xf32, @taps>
}

// A uniform factor needs no `scaled`: the bias takes it.
// CHECK-LABEL: @uniform_factor
// CHECK-SAME: (%[[W:.*]]: !flex.field<4x2xf32> {{.*}}, %[[B:.*]]: !flex.field<4xf32> {{.*}}, %[[S:.*]]: !flex.field<f32>
flex.network "forward" @uniform_factor(
    %w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %b: !flex.field<4xf32> {flex.bind = "parameter:b"},
    %s: !flex.field<f32> {flex.bind = "parameter:s"}) -> (!flex.field<4xf32, @taps> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %y = flex.linear %w, %p bias %b : (!flex.field<4x2xf32>, !flex.field<2xf32, @taps>, !flex.field<4xf32>) -> !flex.field<4xf32, @taps>
  // CHECK: %[[P:.*]] = flex.positions
  // CHECK-DAG: %[[SB:.*]] = flex.mul %[[B]], %[[S]]
  // CHECK-DAG: %[[SP:.*]] = flex.mul %[[S]], %[[P]]
  // CHECK: flex.linear %[[W]], %[[SP]] bias %[[SB]] :
  %z = flex.mul %y, %s : !flex.field<4xf32, @taps>, !flex.field<f32>
  flex.yield %z : !flex.field<4xf32, @taps>
}

// A factor per sample meets a bias at every point of the image.
// CHECK-LABEL: @factor_per_sample
flex.space @image {rank = 2 : i64}
flex.network "forward" @factor_per_sample(
    %w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %b: !flex.field<4xf32> {flex.bind = "parameter:b"},
    %x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}, %s: !flex.field<f32, samples> {flex.bind = "target"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %y = flex.linear %w, %x bias %b : (!flex.field<4x2xf32>, !flex.field<2xf32, samples, @image>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @image>
  // CHECK: %[[S:.*]] = flex.broadcast %{{.*}} : <f32, samples> -> <f32, samples, @image>
  // CHECK: flex.linear {{.*}} bias %{{.*}} scaled %[[S]]
  %z = flex.mul %y, %s : !flex.field<4xf32, samples, @image>, !flex.field<f32, samples>
  flex.yield %z : !flex.field<4xf32, samples, @image>
}

// CHECK-LABEL: @powers
flex.network "forward" @powers(%x: !flex.field<3xf32, samples> {flex.bind = "input"})
    -> (!flex.field<3xf32, samples> {flex.out = "output"}, !flex.field<3xf32, samples> {flex.out = "output"},
        !flex.field<3xf32, samples> {flex.out = "output"}, !flex.field<3xf32, samples> {flex.out = "output"},
        !flex.field<3xf32, samples> {flex.out = "output"}) {
  %two = flex.constant [2.0] : !flex.field<f32>
  %half = flex.constant [0.5] : !flex.field<f32>
  %minus = flex.constant [-1.0] : !flex.field<f32>
  %one = flex.constant [1.0] : !flex.field<f32>
  %three = flex.constant [3.0] : !flex.field<f32>
  // CHECK-DAG: %[[ONE:.*]] = flex.constant [1.0
  // CHECK-DAG: %[[THREE:.*]] = flex.constant [3.0
  // CHECK: %[[A:.*]] = flex.mul %[[X:.*]], %[[X]]
  %a = flex.pow %x, %two : !flex.field<3xf32, samples>, !flex.field<f32>
  // CHECK: %[[B:.*]] = flex.sqrt %[[X]]
  %b = flex.pow %x, %half : !flex.field<3xf32, samples>, !flex.field<f32>
  // CHECK: %[[C:.*]] = flex.div %[[ONE]], %[[X]]
  %c = flex.pow %x, %minus : !flex.field<3xf32, samples>, !flex.field<f32>
  %d = flex.pow %x, %one : !flex.field<3xf32, samples>, !flex.field<f32>
  // CHECK: %[[E:.*]] = flex.pow %[[X]], %[[THREE]]
  %e = flex.pow %x, %three : !flex.field<3xf32, samples>, !flex.field<f32>
  // CHECK: flex.yield %[[A]], %[[B]], %[[C]], %[[X]], %[[E]]
  flex.yield %a, %b, %c, %d, %e : !flex.field<3xf32, samples>, !flex.field<3xf32, samples>, !flex.field<3xf32, samples>, !flex.field<3xf32, samples>, !flex.field<3xf32, samples>
}

// CHECK-LABEL: @divide_once
flex.network "forward" @divide_once(%x: !flex.field<3xf32, samples> {flex.bind = "input"},
                                    %u: !flex.field<3xf32> {flex.bind = "parameter:u"})
    -> (!flex.field<3xf32, samples> {flex.out = "output"}) {
  // CHECK: %[[ONE:.*]] = flex.constant [1.0
  // CHECK: %[[R:.*]] = flex.div %[[ONE]], %[[U:.*]] :
  // CHECK: flex.mul %{{.*}}, %[[R]]
  %y = flex.div %x, %u : !flex.field<3xf32, samples>, !flex.field<3xf32>
  flex.yield %y : !flex.field<3xf32, samples>
}

// What must stay: a narrow output, a factor per channel, a `linear` with another use, a bias over samples, a uniform
// quotient, a sum over the other axis.
// CHECK-LABEL: @unchanged
flex.network "forward" @unchanged(
    %w: !flex.field<2x2xf32> {flex.bind = "parameter:w"}, %v: !flex.field<4x2xf32> {flex.bind = "parameter:v"},
    %x: !flex.field<2xf32, samples> {flex.bind = "input"}, %s: !flex.field<f32, samples> {flex.bind = "target"},
    %c: !flex.field<4xf32> {flex.bind = "parameter:c"})
    -> (!flex.field<2xf32, samples> {flex.out = "output"}, !flex.field<4xf32, samples> {flex.out = "output"},
        !flex.field<4xf32, samples> {flex.out = "output"}, !flex.field<4xf32, samples> {flex.out = "output"},
        !flex.field<4xf32> {flex.out = "output"}, !flex.field<2xf32, samples> {flex.out = "output"}) {
  // CHECK: %[[NARROW:.*]] = flex.linear
  // CHECK-NEXT: flex.mul %[[NARROW]]
  %narrow = flex.linear %w, %x : (!flex.field<2x2xf32>, !flex.field<2xf32, samples>) -> !flex.field<2xf32, samples>
  %a = flex.mul %narrow, %s : !flex.field<2xf32, samples>, !flex.field<f32, samples>
  // CHECK: %[[CHANNELS:.*]] = flex.linear
  // CHECK-NEXT: flex.mul %[[CHANNELS]]
  %channels = flex.linear %v, %x : (!flex.field<4x2xf32>, !flex.field<2xf32, samples>) -> !flex.field<4xf32, samples>
  %b = flex.mul %channels, %c : !flex.field<4xf32, samples>, !flex.field<4xf32>
  // CHECK: %[[TWICE:.*]] = flex.linear
  // CHECK-NEXT: flex.add %[[TWICE]]
  %twice = flex.linear %v, %x : (!flex.field<4x2xf32>, !flex.field<2xf32, samples>) -> !flex.field<4xf32, samples>
  %d = flex.add %twice, %c : !flex.field<4xf32, samples>, !flex.field<4xf32>
  // CHECK-NEXT: flex.add
  %e = flex.add %twice, %s : !flex.field<4xf32, samples>, !flex.field<f32, samples>
  // CHECK-NEXT: flex.div
  %f = flex.div %c, %c : !flex.field<4xf32>, !flex.field<4xf32>
  // CHECK-NEXT: flex.mul
  // CHECK-NEXT: flex.sum
  %products = flex.mul %w, %x : !flex.field<2x2xf32>, !flex.field<2xf32, samples>
  %g = flex.sum %products {axes = array<i64: 0>} : !flex.field<2x2xf32, samples> -> !flex.field<2xf32, samples>
  flex.yield %a, %b, %d, %e, %f, %g : !flex.field<2xf32, samples>, !flex.field<4xf32, samples>, !flex.field<4xf32, samples>, !flex.field<4xf32, samples>, !flex.field<4xf32>, !flex.field<2xf32, samples>
}
