// RUN: flex-opt --flex-emit-networks %s | FileCheck %s

// What a convolution keeps of its input serves the gradients of convolutions of its own shape only: with other channels,
// transforms of the same input over the same taps may have another length.

module attributes {flex.experiment = "t"} {
  flex.space @time {rank = 1 : i64}
  flex.space @taps {rank = 1 : i64, taps}
  flex.parameter @w : !flex.field<6x2xf32> {authors = "", tags = []}
  flex.parameter @v : !flex.field<12x2xf32> {authors = "", tags = []}
  flex.parameter @c : !flex.field<6xf32> {authors = "", tags = []}
  flex.parameter @d : !flex.field<12xf32> {authors = "", tags = []}
  flex.parameter @b : !flex.field<2xf32, @taps> {authors = "", tags = []}
  flex.parameter @m : !flex.field<f32, @taps> {authors = "", tags = []}

  // The convolution to 2 channels, that to 4, and the gradients of the latter.
  // CHECK-LABEL: func.func @t.loss_and_grad(
  // CHECK-NOT:   call @t.convolution.0.kept(
  // CHECK:       call @t.convolution.1.kept(
  // CHECK-NOT:   call @t.convolution.0.kept(
  // CHECK:       call @t.convolution.2.kept(
  // CHECK-NOT:   .kept(
  // CHECK:       func.func @t.loss_and_grad.arena(
  flex.network "loss_and_grad" @loss_and_grad(%x: !flex.field<3xf32, samples, @time, plain> {flex.bind = "input"},
      %w: !flex.field<6x2xf32> {flex.bind = "parameter:w"}, %c: !flex.field<6xf32> {flex.bind = "parameter:c"},
      %v: !flex.field<12x2xf32> {flex.bind = "parameter:v"}, %d: !flex.field<12xf32> {flex.bind = "parameter:d"},
      %b: !flex.field<2xf32, @taps> {flex.bind = "parameter:b"}, %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"})
      -> (!flex.field<12x2xf32> {flex.out = "gradient:v"}, !flex.field<2xf32, samples, @time, plain> {flex.out = "output"}) {
    %0 = flex.relayout %x : !flex.field<3xf32, samples, @time, plain> -> !flex.field<3xf32, samples, @time>
    %1 = flex.correlate_mixture %0, %w, %b, %c, %m {causal} : (!flex.field<3xf32, samples, @time>, !flex.field<6x2xf32>, !flex.field<2xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<2xf32, samples, @time>
    %2 = flex.correlate_mixture %0, %v, %b, %d, %m {causal} : (!flex.field<3xf32, samples, @time>, !flex.field<12x2xf32>, !flex.field<2xf32, @taps>, !flex.field<12xf32>, !flex.field<f32, @taps>) -> !flex.field<4xf32, samples, @time>
    %gv, %gb, %gd, %gm = flex.correlate_mixture_grads %2, %0, %v, %b, %d, %m {causal} : (!flex.field<4xf32, samples, @time>, !flex.field<3xf32, samples, @time>, !flex.field<12x2xf32>, !flex.field<2xf32, @taps>, !flex.field<12xf32>, !flex.field<f32, @taps>) -> (!flex.field<12x2xf32>, !flex.field<2xf32, @taps>, !flex.field<12xf32>, !flex.field<f32, @taps>)
    %y = flex.relayout %1 : !flex.field<2xf32, samples, @time> -> !flex.field<2xf32, samples, @time, plain>
    flex.yield %gv, %y : !flex.field<12x2xf32>, !flex.field<2xf32, samples, @time, plain>
  }
}
