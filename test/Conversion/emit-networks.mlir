// RUN: flex-opt --flex-emit-networks %s | FileCheck %s

module attributes {flex.experiment = "t"} {
  flex.space @image {rank = 2 : i64}
  flex.space @taps {rank = 2 : i64, taps}
  flex.parameter @low : !flex.field<2xf32> {authors = "", tags = []}
  flex.parameter @high : !flex.field<2xf32> {authors = "", tags = []}
  flex.parameter @k : !flex.field<4x3xf32> {authors = "", tags = []}

  // CHECK-LABEL: func.func @t.convolution.0(
  // CHECK: call @flex.direct.sums_plan.f32
  // CHECK: call @flex.spectral.forward.f32
  // CHECK: call @flexrt_correlate(
  // CHECK-LABEL: func.func @t.convolution.0.workspace(
  // CHECK-LABEL: func.func @t.convolution.0.kept(
  // CHECK-LABEL: func.func @t.convolution.0.estimate(
  // CHECK-LABEL: func.func @t.estimate(
  // CHECK-LABEL: func.func @t.trial(

  // CHECK-LABEL: func.func @t.sizes(%arg0: !llvm.ptr) -> i32
  // CHECK: scf.while
  flex.network "sizes" @sizes(%lo: !flex.field<2xf32> {flex.bind = "parameter:low"},
                              %hi: !flex.field<2xf32> {flex.bind = "parameter:high"}) {
    flex.crop @taps of @image within %lo, %hi : !flex.field<2xf32>, !flex.field<2xf32>
      {points = affine_map<(n) -> (n + 1 - n mod 2)>}
    flex.yield
  }

  // CHECK-LABEL: func.func @t.forward
  // CHECK: call @t.convolution.0(
  // CHECK: func.func @t.forward.arena
  // CHECK: call @t.convolution.0.workspace(
  flex.network "forward" @forward(%x: !flex.field<3xf32, samples, @image, plain> {flex.bind = "input"},
                                  %k: !flex.field<4x3xf32, @taps> {flex.bind = "parameter:k"})
      -> (!flex.field<4xf32, samples, @image, plain> {flex.out = "output"}) {
    %0 = flex.relayout %x : !flex.field<3xf32, samples, @image, plain> -> !flex.field<3xf32, samples, @image>
    %1 = flex.correlate %0, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
    %2 = flex.relayout %1 : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32, samples, @image, plain>
    flex.yield %2 : !flex.field<4xf32, samples, @image, plain>
  }

  // CHECK-LABEL: func.func @t.initialise
  // CHECK: call @flexrt_draw
  flex.network "initialise" @initialise(%key: !flex.key {flex.bind = "key"})
      -> (!flex.field<2xf32> {flex.out = "parameter:low"}) {
    %a = flex.constant [-1.0] : !flex.field<f32>
    %b = flex.constant [1.0] : !flex.field<f32>
    %0 = flex.draw %key, uniform(%a, %b) {stream = "low"} : (!flex.key, !flex.field<f32>, !flex.field<f32>) -> !flex.field<2xf32>
    flex.yield %0 : !flex.field<2xf32>
  }
  // CHECK-LABEL: func.func @t.workspace
}
