// RUN: flex-opt %s --flex-assign-layouts --split-input-file | FileCheck %s

// The batch goes from the ABI's order into lanes; the copy serves the first convolution and its kernel's gradient, too.
// CHECK-LABEL: @stem
// CHECK-SAME:  (%[[X:.*]]: !flex.field<3xf32, samples, @image, plain> {flex.bind = "input"}, %[[K:.*]]: !flex.field<4x3xf32, @taps>
// CHECK-NEXT:  %[[P:.*]] = flex.relayout %[[X]] : <3xf32, samples, @image, plain> -> <3xf32, samples, @image>
// CHECK-NEXT:  %[[Y:.*]] = flex.correlate %[[P]], %[[K]] : {{.*}} -> !flex.field<4xf32, samples, @image>
// CHECK-NEXT:  %[[D:.*]] = flex.correlate_kernel_grad %[[Y]], %[[P]]
// CHECK-SAME:    -> !flex.field<4x3xf32, @taps>
// CHECK-NEXT:  flex.yield %[[D]]
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @stem(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
    %k: !flex.field<4x3xf32, @taps> {flex.bind = "gradient"}) -> (!flex.field<4x3xf32, @taps> {flex.out = "gradient:k"}) {
  %y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %d = flex.correlate_kernel_grad %y, %x : (!flex.field<4xf32, samples, @image>, !flex.field<3xf32, samples, @image>) -> !flex.field<4x3xf32, @taps>
  flex.yield %d : !flex.field<4x3xf32, @taps>
}

// -----

// Regions and convolutions see lanes only: each value is converted once, in front of its first use in the other layout.
// CHECK-LABEL: @regions
// CHECK:       %[[L:.*]] = flex.relayout %arg0 : <4xf32, samples, @image, plain> -> <4xf32, samples, @image>
// CHECK-NEXT:  %[[A:.*]] = flex.points(%[[L]])
// CHECK:       %[[G:.*]] = flex.correlate_input_grad %[[A]], %arg1
// CHECK-NEXT:  %[[B:.*]] = flex.points(%[[G]], %[[L]])
// CHECK:       %[[C:.*]] = flex.points(%[[G]], %[[A]])
// CHECK:       %[[O:.*]] = flex.relayout %[[C]] : <4xf32, samples, @image> -> <4xf32, samples, @image, plain>
// CHECK-NEXT:  flex.yield %[[O]], %[[B]]
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @regions(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"},
    %k: !flex.field<4x4xf32, @taps> {flex.bind = "gradient"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}, !flex.field<4xf32> {flex.out = "metric"}) {
  %a = flex.points(%x) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%v: !flex.field<4xf32, samples, @image>):
    %e = flex.exp %v : !flex.field<4xf32, samples, @image>
    flex.yield %e : !flex.field<4xf32, samples, @image>
  }
  %g = flex.correlate_input_grad %a, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %b = flex.points(%g, %x) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32> {
  ^bb0(%v: !flex.field<4xf32, samples, @image>, %w: !flex.field<4xf32, samples, @image>):
    %m = flex.mul %v, %w : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %s = flex.sum %m {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
    flex.yield %s : !flex.field<4xf32>
  }
  %c = flex.points(%g, %a) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%v: !flex.field<4xf32, samples, @image>, %w: !flex.field<4xf32, samples, @image>):
    %m = flex.mul %v, %w : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    flex.yield %m : !flex.field<4xf32, samples, @image>
  }
  flex.yield %c, %b : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
}

// -----

// Class numbers come plain, too; a metric is one number and has no layout.
// CHECK-LABEL: @target
// CHECK-SAME:  (%[[T:.*]]: !flex.field<f32, samples, plain> {flex.bind = "target"})
// CHECK-NEXT:  %[[L:.*]] = flex.relayout %[[T]] : <f32, samples, plain> -> <f32, samples>
// CHECK-NEXT:  %[[S:.*]] = flex.points(%[[L]])
// CHECK:       flex.yield %[[S]] : !flex.field<f32>
flex.network "evaluate" @target(%t: !flex.field<f32, samples> {flex.bind = "target"}) -> (!flex.field<f32> {flex.out = "metric"}) {
  %s = flex.points(%t) attributes {samples} : (!flex.field<f32, samples>) -> !flex.field<f32> {
  ^bb0(%v: !flex.field<f32, samples>):
    %r = flex.sum %v {axes = array<i64>, samples} : !flex.field<f32, samples> -> !flex.field<f32>
    flex.yield %r : !flex.field<f32>
  }
  flex.yield %s : !flex.field<f32>
}

// -----

// Taps that are shown to the user leave in the ABI's order.
// CHECK-LABEL: @shown_taps
// CHECK:       %[[K:.*]] = flex.points
// CHECK:       %[[P:.*]] = flex.relayout %[[K]] : <4x3xf32, @taps> -> <4x3xf32, @taps, plain>
// CHECK-NEXT:  flex.yield %[[P]]
flex.space @taps {rank = 2 : i64, taps}
flex.network "sample_kernel" @shown_taps(%w: !flex.field<4x3xf32> {flex.bind = "parameter:w"}) -> (!flex.field<4x3xf32, @taps> {flex.out = "output"}) {
  %k = flex.points(%w) attributes {space = @taps} : (!flex.field<4x3xf32>) -> !flex.field<4x3xf32, @taps> {
  ^bb0(%v: !flex.field<4x3xf32>):
    %b = flex.broadcast %v : !flex.field<4x3xf32> -> !flex.field<4x3xf32, @taps>
    flex.yield %b : !flex.field<4x3xf32, @taps>
  }
  flex.yield %k : !flex.field<4x3xf32, @taps>
}

// -----

// An optimiser's values are dense as they are.
// CHECK-LABEL: @update
// CHECK-NOT:   flex.relayout
// CHECK:       flex.yield %arg0 : !flex.field<f32, @elements>
flex.space @elements {elements, rank = 1 : i64}
flex.network "update" @update(%w: !flex.field<f32, @elements> {flex.bind = "weight"}) -> (!flex.field<f32, @elements> {flex.out = "weight"}) {
  flex.yield %w : !flex.field<f32, @elements>
}
