// RUN: flex-opt %s --flex-pair-gradients --split-input-file | FileCheck %s

// Both gradients of one convolution become one op, where the first of them stood.
// CHECK-LABEL: @both
// CHECK:       %[[X:.*]], %[[K:.*]] = flex.correlate_grads %arg0, %arg1, %arg2 {causal}
// CHECK-NEXT:  flex.yield %[[X]], %[[K]]
flex.space @signal {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss_and_grad" @both(%g: !flex.field<4xf32, samples, @signal> {flex.bind = "input"},
    %k: !flex.field<4x3xf32, @taps> {flex.bind = "gradient"}, %x: !flex.field<3xf32, samples, @signal> {flex.bind = "input"})
    -> (!flex.field<3xf32, samples, @signal> {flex.out = "output"}, !flex.field<4x3xf32, @taps> {flex.out = "gradient:k"}) {
  %dx = flex.correlate_input_grad %g, %k {causal} : (!flex.field<4xf32, samples, @signal>, !flex.field<4x3xf32, @taps>) -> !flex.field<3xf32, samples, @signal>
  %dk = flex.correlate_kernel_grad %g, %x {causal} : (!flex.field<4xf32, samples, @signal>, !flex.field<3xf32, samples, @signal>) -> !flex.field<4x3xf32, @taps>
  flex.yield %dx, %dk : !flex.field<3xf32, samples, @signal>, !flex.field<4x3xf32, @taps>
}

// -----

// Not of one convolution: another gradient. And the kernel's alone, as in a first layer, stays what it is.
// CHECK-LABEL: @others
// CHECK-NOT:   flex.correlate_grads
// CHECK:       flex.correlate_input_grad %arg0
// CHECK:       flex.correlate_kernel_grad %arg2
flex.space @signal {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss_and_grad" @others(%g: !flex.field<4xf32, samples, @signal> {flex.bind = "input"},
    %k: !flex.field<4x4xf32, @taps> {flex.bind = "gradient"}, %h: !flex.field<4xf32, samples, @signal> {flex.bind = "input"})
    -> (!flex.field<4xf32, samples, @signal> {flex.out = "output"}, !flex.field<4x4xf32, @taps> {flex.out = "gradient:k"}) {
  %dx = flex.correlate_input_grad %g, %k {causal} : (!flex.field<4xf32, samples, @signal>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @signal>
  %dk = flex.correlate_kernel_grad %h, %g {causal} : (!flex.field<4xf32, samples, @signal>, !flex.field<4xf32, samples, @signal>) -> !flex.field<4x4xf32, @taps>
  flex.yield %dx, %dk : !flex.field<4xf32, samples, @signal>, !flex.field<4x4xf32, @taps>
}
