// RUN: flex-opt %s --flex-find-moments --split-input-file | FileCheck %s

// The statistics of a convolution's result with a bias, and the two sums of their gradients. The bias is left in the mean.
// CHECK-LABEL: @biased
// CHECK:       %[[Y:.*]], %[[M:.*]], %[[V:.*]] = flex.correlate_moments %arg0, %arg1 :
// CHECK-NOT:   flex.sum
// CHECK:       %[[MB:.*]] = flex.add %[[M]], %arg2
// CHECK:       %[[D:.*]] = flex.sub %[[Y]], %[[M]]
// CHECK:       %[[VAR:.*]] = flex.div %[[V]]
// CHECK:       %[[Z:.*]] = flex.constant [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00]
// CHECK:       flex.yield %[[D]], %[[MB]], %[[VAR]], %[[Z]]
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @biased(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
    %k: !flex.field<4x3xf32, @taps> {flex.bind = "parameter:k"}, %b: !flex.field<4xf32> {flex.bind = "parameter:b"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}, !flex.field<4xf32> {flex.out = "state:m"},
        !flex.field<4xf32> {flex.out = "state:v"}, !flex.field<4xf32> {flex.out = "gradient:b"}) {
  %n = flex.count {samples, space = @image} : !flex.field<f32>
  %y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %z = flex.add %y, %b : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  %s = flex.sum %z {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %m = flex.div %s, %n : !flex.field<4xf32>, !flex.field<f32>
  %d = flex.sub %z, %m : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  %q = flex.mul %d, %d : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  %v = flex.sum %q {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %w = flex.div %v, %n : !flex.field<4xf32>, !flex.field<f32>
  %o = flex.sum %d {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  flex.yield %d, %m, %w, %o : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>, !flex.field<4xf32>, !flex.field<4xf32>
}

// -----

// A sum that is read as it is comes from the mean.
// CHECK-LABEL: @bare
// CHECK:       %[[Y:.*]], %[[M:.*]], %[[V:.*]] = flex.correlate_moments %arg0, %arg1 {causal} :
// CHECK:       %[[S:.*]] = flex.mul %[[M]], %
// CHECK:       flex.yield %[[S]], %[[V]]
flex.space @signal {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss_and_grad" @bare(%x: !flex.field<3xf32, samples, @signal> {flex.bind = "input"},
    %k: !flex.field<4x3xf32, @taps> {flex.bind = "parameter:k"})
    -> (!flex.field<4xf32> {flex.out = "state:s"}, !flex.field<4xf32> {flex.out = "state:v"}) {
  %y = flex.correlate %x, %k {causal} : (!flex.field<3xf32, samples, @signal>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @signal>
  %s = flex.sum %y {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @signal> -> !flex.field<4xf32>
  %n = flex.count {samples, space = @signal} : !flex.field<f32>
  %m = flex.div %s, %n : !flex.field<4xf32>, !flex.field<f32>
  %d = flex.sub %y, %m : !flex.field<4xf32, samples, @signal>, !flex.field<4xf32>
  %q = flex.mul %d, %d : !flex.field<4xf32, samples, @signal>, !flex.field<4xf32, samples, @signal>
  %v = flex.sum %q {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @signal> -> !flex.field<4xf32>
  flex.yield %s, %v : !flex.field<4xf32>, !flex.field<4xf32>
}

// -----

// Not these: squares of distances from another number, and a mean over the space of each sample.
// CHECK-LABEL: @others
// CHECK-NOT:   flex.correlate_moments
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @others(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
    %k: !flex.field<4x3xf32, @taps> {flex.bind = "parameter:k"}, %b: !flex.field<4xf32> {flex.bind = "parameter:b"})
    -> (!flex.field<4xf32> {flex.out = "state:v"}, !flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %n = flex.count {samples, space = @image} : !flex.field<f32>
  %p = flex.count {space = @image} : !flex.field<f32>
  %y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %s = flex.sum %y {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %m = flex.div %s, %n : !flex.field<4xf32>, !flex.field<f32>
  %e = flex.add %m, %b : !flex.field<4xf32>, !flex.field<4xf32>
  %d = flex.sub %y, %e : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  %q = flex.mul %d, %d : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  %v = flex.sum %q {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %s1 = flex.sum %y {axes = array<i64>, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32, samples>
  %m1 = flex.div %s1, %p : !flex.field<4xf32, samples>, !flex.field<f32>
  %d1 = flex.sub %y, %m1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples>
  %q1 = flex.mul %d1, %d1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  flex.yield %v, %q1 : !flex.field<4xf32>, !flex.field<4xf32, samples, @image>
}

// -----

// The sum of distances as a term of another, as the gradient of the mean has it: only the rest is summed.
// CHECK-LABEL: @term
// CHECK:       flex.correlate_moments
// CHECK:       %[[G:.*]] = flex.sum %arg2 {axes = array<i64>, samples, space}
// CHECK-NOT:   flex.sum
// CHECK:       flex.yield
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @term(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
    %k: !flex.field<4x3xf32, @taps> {flex.bind = "parameter:k"}, %g: !flex.field<4xf32, samples, @image> {flex.bind = "input"})
    -> (!flex.field<4xf32> {flex.out = "state:v"}, !flex.field<4xf32> {flex.out = "gradient:b"}) {
  %n = flex.count {samples, space = @image} : !flex.field<f32>
  %y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %s = flex.sum %y {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %m = flex.div %s, %n : !flex.field<4xf32>, !flex.field<f32>
  %d = flex.sub %y, %m : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  %q = flex.mul %d, %d : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  %v = flex.sum %q {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %w = flex.div %v, %n : !flex.field<4xf32>, !flex.field<f32>
  %t = flex.mul %d, %w : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  %a = flex.add %g, %t : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  %o = flex.sum %a {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  flex.yield %v, %o : !flex.field<4xf32>, !flex.field<4xf32>
}

// -----

// Of a mixture, which becomes one with moments.
// CHECK-LABEL: @mixture
// CHECK:       %[[Y:.*]], %[[M:.*]]:2 = flex.correlate_mixture %arg0, %arg1, %arg2, %arg3, %arg4 {causal} :
// CHECK:       %[[D:.*]] = flex.sub %[[Y]], %[[M]]#0
// CHECK:       flex.yield %[[D]], %[[M]]#0, %[[M]]#1
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss_and_grad" @mixture(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"},
    %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"}, %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"},
    %b: !flex.field<6xf32> {flex.bind = "parameter:b"}, %t: !flex.field<f32, @taps> {flex.bind = "parameter:m"})
    -> (!flex.field<3xf32, samples, @time> {flex.out = "output"}, !flex.field<3xf32> {flex.out = "state:m"},
        !flex.field<3xf32> {flex.out = "state:v"}) {
  %n = flex.count {samples, space = @time} : !flex.field<f32>
  %y = flex.correlate_mixture %x, %w, %h, %b, %t {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples, @time>
  %s = flex.sum %y {axes = array<i64>, samples, space} : !flex.field<3xf32, samples, @time> -> !flex.field<3xf32>
  %m = flex.div %s, %n : !flex.field<3xf32>, !flex.field<f32>
  %d = flex.sub %y, %m : !flex.field<3xf32, samples, @time>, !flex.field<3xf32>
  %q = flex.mul %d, %d : !flex.field<3xf32, samples, @time>, !flex.field<3xf32, samples, @time>
  %v = flex.sum %q {axes = array<i64>, samples, space} : !flex.field<3xf32, samples, @time> -> !flex.field<3xf32>
  flex.yield %d, %m, %v : !flex.field<3xf32, samples, @time>, !flex.field<3xf32>, !flex.field<3xf32>
}
