// RUN: not flex-opt %s --flex-emit-points -split-input-file 2>&1 | FileCheck %s

// `rate` belongs to the host.
flex.space @image {rank = 2 : i64}
flex.network "forward" @rate(%x: !flex.field<f32, samples, @image> {flex.bind = "input"}) -> (!flex.field<f32, samples, @image> {flex.out = "output"}) {
  %r = flex.points(%x) attributes {samples, space = @image} : (!flex.field<f32, samples, @image>) -> !flex.field<f32, samples, @image> {
  ^bb0(%a: !flex.field<f32, samples, @image>):
    // CHECK: error: 'flex.rate' op cannot stand in a region
    %0 = flex.rate @image : !flex.field<f32>
    %1 = flex.mul %a, %0 : !flex.field<f32, samples, @image>, !flex.field<f32>
    flex.yield %1 : !flex.field<f32, samples, @image>
  }
  flex.yield %r : !flex.field<f32, samples, @image>
}

// -----

flex.space @image {rank = 2 : i64}
flex.network "forward" @wide(%x: !flex.field<200000xf32, samples, @image> {flex.bind = "input"}) -> (!flex.field<200000xf32, samples, @image> {flex.out = "output"}) {
  // CHECK: error: one block of this region takes 102400{{[0-9]+}} bytes: too many channels
  %r = flex.points(%x) attributes {samples, space = @image} : (!flex.field<200000xf32, samples, @image>) -> !flex.field<200000xf32, samples, @image> {
  ^bb0(%a: !flex.field<200000xf32, samples, @image>):
    %0 = flex.exp %a : !flex.field<200000xf32, samples, @image>
    %1 = flex.sum %0 {axes = array<i64: 0>} : !flex.field<200000xf32, samples, @image> -> !flex.field<f32, samples, @image>
    %2 = flex.div %0, %1 : !flex.field<200000xf32, samples, @image>, !flex.field<f32, samples, @image>
    flex.yield %2 : !flex.field<200000xf32, samples, @image>
  }
  flex.yield %r : !flex.field<200000xf32, samples, @image>
}

// -----

// A sum that its own region reads belongs to a channel, and a channel to one chunk.
flex.space @image {rank = 2 : i64}
flex.network "forward" @mixed(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"}) -> (!flex.field<8xf32, samples, @image> {flex.out = "output"}) {
  // CHECK: error: a region reads its own sums only over samples and space, channel by channel
  %r = flex.points(%x) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>) -> !flex.field<8xf32, samples, @image> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>):
    %0 = flex.sum %a {axes = array<i64: 0>} : !flex.field<8xf32, samples, @image> -> !flex.field<f32, samples, @image>
    %1 = flex.sum %a {axes = array<i64>, samples, space} : !flex.field<8xf32, samples, @image> -> !flex.field<8xf32>
    %2 = flex.mul %0, %1 : !flex.field<f32, samples, @image>, !flex.field<8xf32>
    flex.yield %2 : !flex.field<8xf32, samples, @image>
  }
  flex.yield %r : !flex.field<8xf32, samples, @image>
}

// -----

flex.space @image {rank = 2 : i64}
flex.network "forward" @uniform(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"}, %b: !flex.field<8xf32> {flex.bind = "parameter:b"})
    -> (!flex.field<8xf32> {flex.out = "metric"}) {
  // CHECK: error: a result of this region lies over '!flex.field<8xf32>', not its domain
  %r = flex.points(%x, %b) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>, !flex.field<8xf32>) -> !flex.field<8xf32> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>, %c: !flex.field<8xf32>):
    %0 = flex.neg %c : !flex.field<8xf32>
    flex.yield %0 : !flex.field<8xf32>
  }
  flex.yield %r : !flex.field<8xf32>
}
