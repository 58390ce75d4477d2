// RUN: flex-opt %s --flex-find-row-sources --split-input-file | FileCheck %s

// A normalised value that a convolution reads, and the gradient of its taps. What it is made of is read later still.
// CHECK-LABEL: @normalised
// CHECK:       flex.points({{.*}}) attributes {samples, source, space = @image}
// CHECK:       flex.points({{.*}}) attributes {samples, space = @image}
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @normalised(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %g: !flex.field<4xf32, samples, @image> {flex.bind = "target"}, %k: !flex.field<4x4xf32, @taps> {flex.bind = "parameter:k"}, %m: !flex.field<4xf32> {flex.bind = "parameter:m"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}, !flex.field<4x4xf32, @taps> {flex.out = "gradient:k"}, !flex.field<4xf32, samples, @image> {flex.out = "input_gradient"}) {
  %r = flex.correlate %x, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %n = flex.points(%r, %m) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32>):
    %off = flex.sub %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    flex.yield %off : !flex.field<4xf32, samples, @image>
  }
  %y = flex.correlate %n, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %d:2 = flex.correlate_grads %g, %k, %n : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>, !flex.field<4xf32, samples, @image>) -> (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>)
  %t = flex.points(%d#0, %r) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32, samples, @image>):
    %s1 = flex.add %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    flex.yield %s1 : !flex.field<4xf32, samples, @image>
  }
  flex.yield %y, %d#1, %t : !flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>, !flex.field<4xf32, samples, @image>
}

// -----

// The last to read one field: the field is kept in place of the result.
// CHECK-LABEL: @last
// CHECK:       flex.points({{.*}}) attributes {samples, source, space = @image}
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @last(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<4x4xf32, @taps> {flex.bind = "parameter:k"}, %m: !flex.field<4xf32> {flex.bind = "parameter:m"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %r = flex.correlate %x, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %n = flex.points(%r, %m) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32>):
    %off = flex.sub %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    flex.yield %off : !flex.field<4xf32, samples, @image>
  }
  %y = flex.correlate %n, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield %y : !flex.field<4xf32, samples, @image>
}

// -----

// The last to read two: both would have to be kept. The convolution writes what it computes.
// CHECK-LABEL: @last_of_two
// CHECK:       flex.points({{.*}}) attributes {samples, shared, space = @image}
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @last_of_two(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<4x4xf32, @taps> {flex.bind = "parameter:k"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %r = flex.correlate %x, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %s = flex.correlate %r, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %n = flex.points(%r, %s) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32, samples, @image>):
    %s1 = flex.add %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    flex.yield %s1 : !flex.field<4xf32, samples, @image>
  }
  %y = flex.correlate %n, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield %y : !flex.field<4xf32, samples, @image>
}

// -----

// Also read by a region, or yielded, but after a convolution: that writes it. Or read as another result's gradient, or not at all.
// CHECK-LABEL: @others
// CHECK:       flex.points({{.*}}) attributes {samples, shared, space = @image}
// CHECK:       flex.points({{.*}}) attributes {samples, space = @image}
// CHECK:       flex.points({{.*}}) attributes {samples, space = @image}
// CHECK:       flex.points({{.*}}) attributes {samples, shared, space = @image}
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @others(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %g: !flex.field<4xf32, samples, @image> {flex.bind = "target"}, %k: !flex.field<4x4xf32, @taps> {flex.bind = "parameter:k"}, %m: !flex.field<4xf32> {flex.bind = "parameter:m"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}, !flex.field<4xf32, samples, @image> {flex.out = "state:q"}, !flex.field<4x4xf32, @taps> {flex.out = "gradient:k"}, !flex.field<4xf32, samples, @image> {flex.out = "state:o"}) {
  %r = flex.correlate %x, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %n = flex.points(%r, %m) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32>):
    %off = flex.sub %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    flex.yield %off : !flex.field<4xf32, samples, @image>
  }
  %y = flex.correlate %n, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %q = flex.points(%n, %r) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32, samples, @image>):
    %s1 = flex.add %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    flex.yield %s1 : !flex.field<4xf32, samples, @image>
  }
  %p = flex.points(%r, %m) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32>):
    %off = flex.sub %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    flex.yield %off : !flex.field<4xf32, samples, @image>
  }
  %d:2 = flex.correlate_grads %p, %k, %r : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>, !flex.field<4xf32, samples, @image>) -> (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>)
  %o = flex.points(%r, %m) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32>):
    %off = flex.sub %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    flex.yield %off : !flex.field<4xf32, samples, @image>
  }
  %z = flex.correlate %o, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield %y, %q, %d#1, %o : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>, !flex.field<4xf32, samples, @image>
}

// -----

// Four fields, read twice: more is read than by storing the result.
// CHECK-LABEL: @many
// CHECK:       flex.points({{.*}}) attributes {samples, shared, space = @image}
// CHECK:       flex.points({{.*}}) attributes {samples, space = @image}
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @many(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %g: !flex.field<4xf32, samples, @image> {flex.bind = "target"}, %k: !flex.field<4x4xf32, @taps> {flex.bind = "parameter:k"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}, !flex.field<4x4xf32, @taps> {flex.out = "gradient:k"}, !flex.field<4xf32, samples, @image> {flex.out = "state:t"}) {
  %r = flex.correlate %x, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %s = flex.correlate %r, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %u = flex.correlate %s, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %v = flex.correlate %u, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %n = flex.points(%r, %s, %u, %v) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32, samples, @image>, %a2: !flex.field<4xf32, samples, @image>, %a3: !flex.field<4xf32, samples, @image>):
    %s1 = flex.add %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %s2 = flex.add %s1, %a2 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %s3 = flex.add %s2, %a3 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    flex.yield %s3 : !flex.field<4xf32, samples, @image>
  }
  %y = flex.correlate %n, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %d:2 = flex.correlate_grads %g, %k, %n : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>, !flex.field<4xf32, samples, @image>) -> (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>)
  %t = flex.points(%r, %s, %u, %v) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a0: !flex.field<4xf32, samples, @image>, %a1: !flex.field<4xf32, samples, @image>, %a2: !flex.field<4xf32, samples, @image>, %a3: !flex.field<4xf32, samples, @image>):
    %s1 = flex.add %a0, %a1 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %s2 = flex.add %s1, %a2 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %s3 = flex.add %s2, %a3 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    flex.yield %s3 : !flex.field<4xf32, samples, @image>
  }
  flex.yield %y, %d#1, %t : !flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>, !flex.field<4xf32, samples, @image>
}

// -----

// What a convolution reads whose taps are a mixture.
// CHECK-LABEL: @mixture
// CHECK:       flex.points({{.*}}) attributes {samples, source, space = @time}
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss_and_grad" @mixture(%x: !flex.field<4xf32, samples, @time> {flex.bind = "input"}, %w: !flex.field<16x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<16xf32> {flex.bind = "parameter:b"},
    %t: !flex.field<f32, @taps> {flex.bind = "parameter:t"}, %m: !flex.field<4xf32> {flex.bind = "parameter:m"})
    -> (!flex.field<4xf32, samples, @time> {flex.out = "output"}, !flex.field<16x5xf32> {flex.out = "gradient:w"}) {
  %r = flex.correlate_mixture %x, %w, %h, %b, %t {causal} : (!flex.field<4xf32, samples, @time>, !flex.field<16x5xf32>, !flex.field<5xf32, @taps>, !flex.field<16xf32>, !flex.field<f32, @taps>) -> !flex.field<4xf32, samples, @time>
  %n = flex.points(%r, %m) attributes {samples, space = @time} : (!flex.field<4xf32, samples, @time>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @time> {
  ^bb0(%a0: !flex.field<4xf32, samples, @time>, %a1: !flex.field<4xf32>):
    %off = flex.sub %a0, %a1 : !flex.field<4xf32, samples, @time>, !flex.field<4xf32>
    flex.yield %off : !flex.field<4xf32, samples, @time>
  }
  %y = flex.correlate_mixture %n, %w, %h, %b, %t {causal} : (!flex.field<4xf32, samples, @time>, !flex.field<16x5xf32>, !flex.field<5xf32, @taps>, !flex.field<16xf32>, !flex.field<f32, @taps>) -> !flex.field<4xf32, samples, @time>
  %gw, %gh, %gb, %gt = flex.correlate_mixture_grads %y, %n, %w, %h, %b, %t {causal} : (!flex.field<4xf32, samples, @time>, !flex.field<4xf32, samples, @time>, !flex.field<16x5xf32>, !flex.field<5xf32, @taps>, !flex.field<16xf32>, !flex.field<f32, @taps>) -> (!flex.field<16x5xf32>, !flex.field<5xf32, @taps>, !flex.field<16xf32>, !flex.field<f32, @taps>)
  flex.yield %y, %gw : !flex.field<4xf32, samples, @time>, !flex.field<16x5xf32>
}
