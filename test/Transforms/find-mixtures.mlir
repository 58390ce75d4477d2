// RUN: flex-opt %s --flex-find-mixtures --split-input-file | FileCheck %s

// CHECK-LABEL: @mixture
// CHECK-NEXT:  %[[Y:.*]] = flex.correlate_mixture %arg0, %arg1, %arg2, %arg3, %arg4 {causal} :
// CHECK-NEXT:  flex.yield %[[Y]]
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @mixture(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"},
    %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"}, %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"},
    %b: !flex.field<6xf32> {flex.bind = "parameter:b"}, %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"})
    -> (!flex.field<3xf32, samples, @time> {flex.out = "output"}) {
  %l = flex.linear %w, %h bias %b scaled %m : (!flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<6xf32, @taps>
  %k = flex.reshape %l : !flex.field<6xf32, @taps> -> !flex.field<3x2xf32, @taps>
  %y = flex.correlate %x, %k {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<3x2xf32, @taps>) -> !flex.field<3xf32, samples, @time>
  flex.yield %y : !flex.field<3xf32, samples, @time>
}

// -----

// Something else reads the taps.
// CHECK-LABEL: @read
// CHECK-NOT:   correlate_mixture
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @read(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"},
    %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"}, %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"},
    %b: !flex.field<6xf32> {flex.bind = "parameter:b"}, %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"})
    -> (!flex.field<3xf32, samples, @time> {flex.out = "output"}, !flex.field<6xf32> {flex.out = "state:s"}) {
  %l = flex.linear %w, %h bias %b scaled %m : (!flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<6xf32, @taps>
  %k = flex.reshape %l : !flex.field<6xf32, @taps> -> !flex.field<3x2xf32, @taps>
  %y = flex.correlate %x, %k {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<3x2xf32, @taps>) -> !flex.field<3xf32, samples, @time>
  %s = flex.sum %l {axes = array<i64>, space} : !flex.field<6xf32, @taps> -> !flex.field<6xf32>
  flex.yield %y, %s : !flex.field<3xf32, samples, @time>, !flex.field<6xf32>
}

// -----

// A bias that no mask ends.
// CHECK-LABEL: @others
// CHECK-NOT:   correlate_mixture
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @others(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"},
    %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"}, %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"},
    %b: !flex.field<6xf32> {flex.bind = "parameter:b"}, %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"})
    -> (!flex.field<3xf32, samples, @time> {flex.out = "output"}) {
  %l = flex.linear %w, %h bias %b : (!flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>) -> !flex.field<6xf32, @taps>
  %k = flex.reshape %l : !flex.field<6xf32, @taps> -> !flex.field<3x2xf32, @taps>
  %y = flex.correlate %x, %k {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<3x2xf32, @taps>) -> !flex.field<3xf32, samples, @time>
  flex.yield %y : !flex.field<3xf32, samples, @time>
}

// -----

// An image's.
// CHECK-LABEL: @images
// CHECK-NEXT:  %[[Y:.*]] = flex.correlate_mixture %arg0, %arg1, %arg2, %arg3, %arg4 :
// CHECK-NEXT:  flex.yield %[[Y]]
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @images(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"},
    %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"}, %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"},
    %b: !flex.field<6xf32> {flex.bind = "parameter:b"}, %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"})
    -> (!flex.field<3xf32, samples, @image> {flex.out = "output"}) {
  %l = flex.linear %w, %h bias %b scaled %m : (!flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<6xf32, @taps>
  %k = flex.reshape %l : !flex.field<6xf32, @taps> -> !flex.field<3x2xf32, @taps>
  %y = flex.correlate %x, %k : (!flex.field<2xf32, samples, @image>, !flex.field<3x2xf32, @taps>) -> !flex.field<3xf32, samples, @image>
  flex.yield %y : !flex.field<3xf32, samples, @image>
}
