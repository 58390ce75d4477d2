// RUN: flex-opt %s --flex-split-sizes -split-input-file | FileCheck %s

// Crops of two functions become one function on parameters and settings; what they share is there once.
flex.space @image {rank = 2 : i64}
flex.space @a {rank = 2 : i64, taps}
flex.space @b {rank = 2 : i64, taps}
flex.setting @reach {value = 2.0 : f64, unit = "real"}

// CHECK: flex.network "forward" @forward
// CHECK-NOT: flex.crop
// CHECK-NOT: flex.abs
flex.network "forward" @forward(
    %x: !flex.field<3xf32, samples, @image> {flex.bind = "input"}, %s: !flex.field<2xf32> {flex.bind = "parameter:sigma"},
    %w: !flex.field<4x3xf32> {flex.bind = "parameter:w"}, %r: !flex.field<f32> {flex.bind = "setting:reach"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %h = flex.abs %s : !flex.field<2xf32>
  %hi = flex.mul %h, %r : !flex.field<2xf32>, !flex.field<f32>
  %lo = flex.neg %hi : !flex.field<2xf32>
  flex.crop @a of @image within %lo, %hi : !flex.field<2xf32>, !flex.field<2xf32> {points = affine_map<(n) -> (n + 1 - n mod 2)>}
  %p = flex.positions @a : !flex.field<2xf32, @a>
  %first = flex.extract %p[0] : !flex.field<2xf32, @a> -> !flex.field<f32, @a>
  %k = flex.mul %first, %w : !flex.field<f32, @a>, !flex.field<4x3xf32>
  // CHECK: flex.correlate
  %y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @a>) -> !flex.field<4xf32, samples, @image>
  flex.yield %y : !flex.field<4xf32, samples, @image>
}
// CHECK: flex.network "loss" @loss
// CHECK-NOT: flex.crop
flex.network "loss" @loss(
    %r: !flex.field<f32> {flex.bind = "setting:reach"}, %s: !flex.field<2xf32> {flex.bind = "parameter:sigma"})
    -> (!flex.field<f32> {flex.out = "loss"}) {
  %h = flex.abs %s : !flex.field<2xf32>
  %hi = flex.mul %h, %r : !flex.field<2xf32>, !flex.field<f32>
  %lo = flex.neg %hi : !flex.field<2xf32>
  flex.crop @a of @image within %lo, %hi : !flex.field<2xf32>, !flex.field<2xf32> {points = affine_map<(n) -> (n + 1 - n mod 2)>}
  flex.crop @b of @image {points = affine_map<(n) -> (n)>}
  flex.yield %r : !flex.field<f32>
}
// CHECK: flex.network "sizes" @sizes(%[[S:.*]]: !flex.field<2xf32> {flex.bind = "parameter:sigma"}, %[[R:.*]]: !flex.field<f32> {flex.bind = "setting:reach"}) {
// CHECK-NEXT: %[[H:.*]] = flex.abs %[[S]]
// CHECK-NEXT: %[[HI:.*]] = flex.mul %[[H]], %[[R]]
// CHECK-NEXT: %[[LO:.*]] = flex.neg %[[HI]]
// CHECK-NEXT: flex.crop @a of @image within %[[LO]], %[[HI]]
// CHECK-NEXT: flex.crop @b of @image
// CHECK-NEXT: flex.yield
// The taps of layer 0; nothing uses the grid @b.
// CHECK: flex.network "sample_kernel" @sample_kernel.0(%[[W:.*]]: !flex.field<4x3xf32> {flex.bind = "parameter:w"}) -> (!flex.field<4x3xf32, @a> {flex.out = "output"})
// CHECK: %[[K:.*]] = flex.mul
// CHECK-NEXT: flex.yield %[[K]]
// CHECK-NOT: sample_kernel.1

// -----

// Without crops nothing changes; taps may depend on a state (a frequency that is not learned), but taps that depend on
// samples are not sampled.
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.space @more {rank = 1 : i64, taps}
// CHECK: flex.network "evaluate" @evaluate
// CHECK: flex.correlate
// CHECK: flex.correlate
// CHECK: flex.network "sample_kernel" @sample_kernel.0(%{{.*}}: !flex.field<1x1xf32> {flex.bind = "state:w"})
// CHECK-NOT: flex.network
flex.network "evaluate" @evaluate(
    %x: !flex.field<1xf32, samples, @time> {flex.bind = "input"}, %w: !flex.field<1x1xf32> {flex.bind = "state:w"})
    -> (!flex.field<1xf32, samples, @time> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %k = flex.mul %p, %w : !flex.field<1xf32, @taps>, !flex.field<1x1xf32>
  %y = flex.correlate %x, %k {causal} : (!flex.field<1xf32, samples, @time>, !flex.field<1x1xf32, @taps>) -> !flex.field<1xf32, samples, @time>
  %m = flex.sum %y {axes = array<i64>, samples, space} : !flex.field<1xf32, samples, @time> -> !flex.field<1xf32>
  %q = flex.positions @more : !flex.field<1xf32, @more>
  %l = flex.mul %q, %m : !flex.field<1xf32, @more>, !flex.field<1xf32>
  %r = flex.reshape %l : !flex.field<1xf32, @more> -> !flex.field<1x1xf32, @more>
  %z = flex.correlate %y, %r {causal} : (!flex.field<1xf32, samples, @time>, !flex.field<1x1xf32, @more>) -> !flex.field<1xf32, samples, @time>
  flex.yield %z : !flex.field<1xf32, samples, @time>
}
