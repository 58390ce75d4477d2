// RUN: flex-opt %s --flex-build-training-step -split-input-file | FileCheck %s

// The gradient of the loss alone, one result per parameter; a parameter that the loss does not see gets zeros.
// CHECK: flex.network "loss_and_grad" @loss_and_grad
// CHECK-SAME: %[[W:.*]]: !flex.field<3xf32> {flex.bind = "parameter:w"}
// CHECK-SAME: %[[X:.*]]: !flex.field<3xf32, samples> {flex.bind = "input"}
// CHECK-SAME: (!flex.field<f32> {flex.out = "metric"}, !flex.field<f32> {flex.out = "loss"}, !flex.field<3xf32> {flex.out = "gradient:w"}, !flex.field<2xf32> {flex.out = "gradient:unused"})
flex.network "loss" @loss(
    %w: !flex.field<3xf32> {flex.bind = "parameter:w"}, %x: !flex.field<3xf32, samples> {flex.bind = "input"},
    %unused: !flex.field<2xf32> {flex.bind = "parameter:unused"})
    -> (!flex.field<f32> {flex.out = "metric"}, !flex.field<f32> {flex.out = "loss"}) {
  // CHECK: %[[PRODUCT:.*]] = flex.mul %[[W]], %[[X]]
  // CHECK: %[[LOSS:.*]] = flex.sum %[[PRODUCT]]
  // CHECK: %[[METRIC:.*]] = flex.tanh
  %y = flex.mul %w, %x : !flex.field<3xf32>, !flex.field<3xf32, samples>
  %loss = flex.sum %y {axes = array<i64: 0>, samples} : !flex.field<3xf32, samples> -> !flex.field<f32>
  %metric = flex.tanh %loss : !flex.field<f32>
  // CHECK: %[[ONE:.*]] = flex.constant [1.0
  // CHECK: %[[G1:.*]] = flex.reshape %[[ONE]] : <f32> -> <1xf32>
  // CHECK: %[[G:.*]] = flex.broadcast %[[G1]] : <1xf32> -> <3xf32, samples>
  // CHECK: %[[PER_SAMPLE:.*]] = flex.mul %[[G]], %[[X]]
  // CHECK: %[[DW:.*]] = flex.sum %[[PER_SAMPLE]] {axes = array<i64>, samples} : <3xf32, samples> -> <3xf32>
  // CHECK: %[[ZERO:.*]] = flex.constant [0.0
  // CHECK: %[[NONE:.*]] = flex.broadcast %[[ZERO]] : <f32> -> <2xf32>
  // CHECK: flex.yield %[[METRIC]], %[[LOSS]], %[[DW]], %[[NONE]]
  flex.yield %metric, %loss : !flex.field<f32>, !flex.field<f32>
}

// -----

// A function of another role stays.
// CHECK-LABEL: flex.network "forward" @forward
// CHECK-NEXT: flex.yield
flex.network "forward" @forward(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<f32> {flex.out = "loss"}) {
  flex.yield %w : !flex.field<f32>
}

// -----

// Broadcasting backwards: a channel axis of size 1, samples into samples and space, a sum over part of the domain.
// CHECK-LABEL: @loss_and_grad
// CHECK-SAME: %[[A:.*]]: !flex.field<3x1xf32> {flex.bind = "parameter:a"}, %[[B:.*]]: !flex.field<2xf32>
// CHECK-SAME: %[[X:.*]]: !flex.field<3x2xf32, samples, @image>
flex.space @image {rank = 2 : i64}
flex.network "loss" @loss(
    %a: !flex.field<3x1xf32> {flex.bind = "parameter:a"}, %b: !flex.field<2xf32> {flex.bind = "parameter:b"},
    %x: !flex.field<3x2xf32, samples, @image> {flex.bind = "input"}, %t: !flex.field<f32, samples> {flex.bind = "target"})
    -> (!flex.field<f32> {flex.out = "loss"}) {
  %y = flex.mul %a, %x : !flex.field<3x1xf32>, !flex.field<3x2xf32, samples, @image>
  // CHECK: %[[P:.*]] = flex.sum %{{.*}} {axes = array<i64>, space}
  %p = flex.sum %y {axes = array<i64>, space} : !flex.field<3x2xf32, samples, @image> -> !flex.field<3x2xf32, samples>
  %per_sample = flex.mul %b, %t : !flex.field<2xf32>, !flex.field<f32, samples>
  // CHECK: %[[WIDE:.*]] = flex.mul %[[P]]
  %z = flex.mul %p, %per_sample : !flex.field<3x2xf32, samples>, !flex.field<2xf32, samples>
  %loss = flex.sum %z {axes = array<i64: 0, 1>, samples} : !flex.field<3x2xf32, samples> -> !flex.field<f32>
  // CHECK: %[[G:.*]] = flex.broadcast %{{.*}} : <1x1xf32> -> <3x2xf32, samples>
  // CHECK: %[[DP:.*]] = flex.mul %[[G]],
  // CHECK: %[[DPS:.*]] = flex.mul %[[G]], %[[P]]
  // CHECK: %[[DPS2:.*]] = flex.sum %[[DPS]] {axes = array<i64: 0>} : <3x2xf32, samples> -> <2xf32, samples>
  // CHECK: %[[BT:.*]] = flex.mul %[[DPS2]],
  // CHECK: %[[DB:.*]] = flex.sum %[[BT]] {axes = array<i64>, samples} : <2xf32, samples> -> <2xf32>
  // CHECK: %[[DY:.*]] = flex.broadcast %[[DP]] : <3x2xf32, samples> -> <3x2xf32, samples, @image>
  // CHECK: %[[DA:.*]] = flex.mul %[[DY]], %[[X]]
  // CHECK: %[[SUM:.*]] = flex.sum %[[DA]] {axes = array<i64: 1>, samples, space} : <3x2xf32, samples, @image> -> <3xf32>
  // CHECK: %[[DA1:.*]] = flex.reshape %[[SUM]] : <3xf32> -> <3x1xf32>
  // CHECK: flex.yield %{{.*}}, %[[DA1]], %[[DB]]
  flex.yield %loss : !flex.field<f32>
}

// -----

// Unary rules. The gradient that enters each is that of its result; `floor`, `detach` and `cmp` let none through.
// CHECK-LABEL: @loss_and_grad
// CHECK-SAME: %[[X:.*]]: !flex.field<f64>
flex.network "loss" @loss(%x: !flex.field<f64> {flex.bind = "parameter:x"}) -> (!flex.field<f64> {flex.out = "loss"}) {
  // CHECK-NEXT: %[[A:.*]] = flex.neg %[[X]]
  %a = flex.neg %x : !flex.field<f64>
  // CHECK-NEXT: %[[B:.*]] = flex.exp
  %b = flex.exp %a : !flex.field<f64>
  %c = flex.log %b : !flex.field<f64>
  // CHECK: %[[D:.*]] = flex.sin
  %d = flex.sin %c : !flex.field<f64>
  %e = flex.cos %d : !flex.field<f64>
  // CHECK: %[[F:.*]] = flex.tanh
  %f = flex.tanh %e : !flex.field<f64>
  // CHECK-NEXT: %[[H:.*]] = flex.abs
  %h = flex.abs %f : !flex.field<f64>
  // CHECK-NEXT: %[[S:.*]] = flex.sqrt
  %s = flex.sqrt %h : !flex.field<f64>
  %i = flex.floor %x : !flex.field<f64>
  %j = flex.detach %x : !flex.field<f64>
  %k = flex.cmp lt %x, %j : !flex.field<f64>, !flex.field<f64>
  %l = flex.mul %i, %k : !flex.field<f64>, !flex.field<f64>
  %loss = flex.add %s, %l : !flex.field<f64>, !flex.field<f64>
  // CHECK: flex.add
  // CHECK-NEXT: %[[ONE:.*]] = flex.constant [1.0
  // sqrt: g / 2 / result
  // CHECK: %[[HALF:.*]] = flex.constant [5.0
  // CHECK-NEXT: %[[GS0:.*]] = flex.mul %[[ONE]], %[[HALF]]
  // CHECK-NEXT: %[[GH:.*]] = flex.div %[[GS0]], %[[S]]
  // abs: g times the sign
  // CHECK: %[[ABOVE:.*]] = flex.cmp gt %[[F]]
  // CHECK-NEXT: %[[BELOW:.*]] = flex.cmp lt %[[F]]
  // CHECK-NEXT: %[[SIGN:.*]] = flex.sub %[[ABOVE]], %[[BELOW]]
  // CHECK-NEXT: %[[GF:.*]] = flex.mul %[[GH]], %[[SIGN]]
  // tanh: g (1 - result^2)
  // CHECK-NEXT: %[[F2:.*]] = flex.mul %[[F]], %[[F]]
  // CHECK-NEXT: %[[ONE2:.*]] = flex.constant [1.0
  // CHECK-NEXT: %[[SLOPE:.*]] = flex.sub %[[ONE2]], %[[F2]]
  // CHECK-NEXT: %[[GE:.*]] = flex.mul %[[GF]], %[[SLOPE]]
  // cos: -g sin x
  // CHECK-NEXT: %[[SIN:.*]] = flex.sin %[[D]]
  // CHECK-NEXT: %[[MINUS:.*]] = flex.neg %[[SIN]]
  // CHECK-NEXT: %[[GD:.*]] = flex.mul %[[GE]], %[[MINUS]]
  // sin: g cos x
  // CHECK-NEXT: %[[COS:.*]] = flex.cos %[[C:.*]] :
  // CHECK-NEXT: %[[GC:.*]] = flex.mul %[[GD]], %[[COS]]
  // log: g / x
  // CHECK-NEXT: %[[GB:.*]] = flex.div %[[GC]], %[[B]]
  // exp: g times the result
  // CHECK-NEXT: %[[GA:.*]] = flex.mul %[[GB]], %[[B]]
  // CHECK-NEXT: %[[GX:.*]] = flex.neg %[[GA]]
  // CHECK-NEXT: flex.yield %{{.*}}, %[[GX]]
  flex.yield %loss : !flex.field<f64>
}

// -----

// Binary rules.
// CHECK-LABEL: @loss_and_grad
// CHECK-SAME: %[[X:.*]]: !flex.field<f64> {flex.bind = "parameter:x"}, %[[Y:.*]]: !flex.field<f64>
flex.network "loss" @loss(%x: !flex.field<f64> {flex.bind = "parameter:x"}, %y: !flex.field<f64> {flex.bind = "parameter:y"})
    -> (!flex.field<f64> {flex.out = "loss"}) {
  // CHECK: %[[P:.*]] = flex.pow %[[X]], %[[Y]]
  %p = flex.pow %x, %y : !flex.field<f64>, !flex.field<f64>
  // CHECK-NEXT: %[[Q:.*]] = flex.div %[[P]], %[[Y]]
  %q = flex.div %p, %y : !flex.field<f64>, !flex.field<f64>
  // CHECK-NEXT: %[[S:.*]] = flex.sub %[[Q]], %[[Y]]
  %s = flex.sub %q, %y : !flex.field<f64>, !flex.field<f64>
  // CHECK-NEXT: %[[HI:.*]] = flex.max %[[S]], %[[Y]]
  %hi = flex.max %s, %y : !flex.field<f64>, !flex.field<f64>
  // CHECK-NEXT: %[[LO:.*]] = flex.min %[[HI]], %[[Y]]
  %lo = flex.min %hi, %y : !flex.field<f64>, !flex.field<f64>
  // CHECK-NEXT: %[[C:.*]] = flex.cmp
  %c = flex.cmp ge %x, %y : !flex.field<f64>, !flex.field<f64>
  // CHECK-NEXT: %[[LOSS:.*]] = flex.select
  %loss = flex.select %c, %lo, %y : (!flex.field<f64>, !flex.field<f64>, !flex.field<f64>) -> !flex.field<f64>
  // CHECK: %[[ONE:.*]] = flex.constant [1.0
  // select: each side where it was taken
  // CHECK-NEXT: %[[ZERO:.*]] = flex.constant [0.0
  // CHECK-NEXT: %[[GLO:.*]] = flex.select %[[C]], %[[ONE]], %[[ZERO]]
  // CHECK-NEXT: %[[GY1:.*]] = flex.select %[[C]], %[[ZERO]], %[[ONE]]
  // min
  // CHECK-NEXT: %[[LT:.*]] = flex.cmp lt %[[HI]], %[[Y]]
  // CHECK-NEXT: %[[ZERO:.*]] = flex.constant [0.0
  // CHECK-NEXT: %[[GHI:.*]] = flex.select %[[LT]], %[[GLO]], %[[ZERO]]
  // CHECK-NEXT: %[[MY:.*]] = flex.select %[[LT]], %[[ZERO]], %[[GLO]]
  // CHECK-NEXT: %[[GY2:.*]] = flex.add %[[GY1]], %[[MY]]
  // max
  // CHECK-NEXT: %[[GT:.*]] = flex.cmp gt %[[S]], %[[Y]]
  // CHECK-NEXT: %[[ZERO:.*]] = flex.constant [0.0
  // CHECK-NEXT: %[[GS:.*]] = flex.select %[[GT]], %[[GHI]], %[[ZERO]]
  // CHECK-NEXT: %[[XY:.*]] = flex.select %[[GT]], %[[ZERO]], %[[GHI]]
  // CHECK-NEXT: %[[GY3:.*]] = flex.add %[[GY2]], %[[XY]]
  // sub
  // CHECK-NEXT: %[[NY:.*]] = flex.neg %[[GS]]
  // CHECK-NEXT: %[[GY4:.*]] = flex.add %[[GY3]], %[[NY]]
  // div: g / y, and minus that times the quotient
  // CHECK-NEXT: %[[GP:.*]] = flex.div %[[GS]], %[[Y]]
  // CHECK-NEXT: %[[SHARE:.*]] = flex.mul %[[GP]], %[[Q]]
  // CHECK-NEXT: %[[NSHARE:.*]] = flex.neg %[[SHARE]]
  // CHECK-NEXT: %[[GY5:.*]] = flex.add %[[GY4]], %[[NSHARE]]
  // pow: g y x^(y - 1), and g x^y log x
  // CHECK-NEXT: %[[ONE2:.*]] = flex.constant [1.0
  // CHECK-NEXT: %[[LESS:.*]] = flex.sub %[[Y]], %[[ONE2]]
  // CHECK-NEXT: %[[POWER:.*]] = flex.pow %[[X]], %[[LESS]]
  // CHECK-NEXT: %[[SLOPE:.*]] = flex.mul %[[Y]], %[[POWER]]
  // CHECK-NEXT: %[[GX:.*]] = flex.mul %[[GP]], %[[SLOPE]]
  // CHECK-NEXT: %[[LOG:.*]] = flex.log %[[X]]
  // CHECK-NEXT: %[[YSLOPE:.*]] = flex.mul %[[P]], %[[LOG]]
  // CHECK-NEXT: %[[PY:.*]] = flex.mul %[[GP]], %[[YSLOPE]]
  // CHECK-NEXT: %[[GY:.*]] = flex.add %[[GY5]], %[[PY]]
  // CHECK-NEXT: flex.yield %[[LOSS]], %[[GX]], %[[GY]]
  flex.yield %loss : !flex.field<f64>
}

// -----

// Shapes: `extract` gives back a stack with zeros, `stack` its entries; `broadcast` sums, `reshape` turns back.
// CHECK-LABEL: @loss_and_grad
flex.network "loss" @loss(%x: !flex.field<2xf32> {flex.bind = "parameter:x"}) -> (!flex.field<f32> {flex.out = "loss"}) {
  %a = flex.extract %x[1] : !flex.field<2xf32> -> !flex.field<f32>
  %b = flex.stack %a, %a : (!flex.field<f32>, !flex.field<f32>) -> !flex.field<2xf32>
  %c = flex.broadcast %b : !flex.field<2xf32> -> !flex.field<3x2xf32>
  %d = flex.reshape %c : !flex.field<3x2xf32> -> !flex.field<6xf32>
  %loss = flex.sum %d {axes = array<i64: 0>} : !flex.field<6xf32> -> !flex.field<f32>
  // CHECK: %[[GD:.*]] = flex.broadcast %{{.*}} : <1xf32> -> <6xf32>
  // CHECK-NEXT: %[[GC:.*]] = flex.reshape %[[GD]] : <6xf32> -> <3x2xf32>
  // CHECK-NEXT: %[[GB:.*]] = flex.sum %[[GC]] {axes = array<i64: 0>}
  // CHECK-NEXT: %[[G0:.*]] = flex.extract %[[GB]][0]
  // CHECK-NEXT: %[[G1:.*]] = flex.extract %[[GB]][1]
  // CHECK-NEXT: %[[GA:.*]] = flex.add %[[G0]], %[[G1]]
  // CHECK: %[[ZERO:.*]] = flex.broadcast
  // CHECK-NEXT: %[[GX:.*]] = flex.stack %[[ZERO]], %[[GA]]
  // CHECK-NEXT: flex.yield %{{.*}}, %[[GX]]
  flex.yield %loss : !flex.field<f32>
}

// -----

// `linear` with a scaled bias: the mask's gradient comes from the bias and the scaled input, not from the result.
// CHECK-LABEL: @loss_and_grad
// CHECK-SAME: %[[W:.*]]: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %[[B:.*]]: !flex.field<4xf32>
// CHECK-SAME: %[[MU:.*]]: !flex.field<2xf32>
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss" @loss(%w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %b: !flex.field<4xf32> {flex.bind = "parameter:b"},
                          %mu: !flex.field<2xf32> {flex.bind = "parameter:mu"}) -> (!flex.field<f32> {flex.out = "loss"}) {
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  // CHECK: %[[H:.*]] = flex.sub
  %h = flex.sub %p, %mu : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  // CHECK: %[[M:.*]] = flex.sum
  %m = flex.sum %h {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  // CHECK: %[[S:.*]] = flex.mul
  %s = flex.mul %m, %h : !flex.field<f32, @taps>, !flex.field<2xf32, @taps>
  %y = flex.linear %w, %s bias %b scaled %m : (!flex.field<4x2xf32>, !flex.field<2xf32, @taps>, !flex.field<4xf32>, !flex.field<f32, @taps>) -> !flex.field<4xf32, @taps>
  %loss = flex.sum %y {axes = array<i64: 0>, space} : !flex.field<4xf32, @taps> -> !flex.field<f32>
  // CHECK: %[[G:.*]] = flex.broadcast %{{.*}} : <1xf32> -> <4xf32, @taps>
  // CHECK-NEXT: %[[DW:.*]] = flex.outer %[[G]], %[[S]]
  // CHECK-NEXT: %[[GS:.*]] = flex.linear_transposed %[[W]], %[[G]]
  // CHECK-NEXT: %[[SCALE:.*]] = flex.reshape %[[M]] : <f32, @taps> -> <1xf32, @taps>
  // CHECK-NEXT: %[[DB4:.*]] = flex.outer %[[G]], %[[SCALE]]
  // CHECK-NEXT: %[[DB:.*]] = flex.reshape %[[DB4]] : <4x1xf32> -> <4xf32>
  // CHECK-NEXT: %[[COLUMN:.*]] = flex.reshape %[[B]] : <4xf32> -> <4x1xf32>
  // CHECK-NEXT: %[[DOT:.*]] = flex.linear_transposed %[[COLUMN]], %[[G]]
  // CHECK-NEXT: %[[DM:.*]] = flex.reshape %[[DOT]] : <1xf32, @taps> -> <f32, @taps>
  // CHECK-NEXT: %[[GSH:.*]] = flex.mul %[[GS]], %[[H]]
  // CHECK-NEXT: %[[DM2:.*]] = flex.sum %[[GSH]] {axes = array<i64: 0>}
  // CHECK-NEXT: flex.add %[[DM]], %[[DM2]]
  // CHECK: flex.yield %{{.*}}, %[[DW]], %[[DB]], %{{.*}}
  flex.yield %loss : !flex.field<f32>
}

// -----

// Without a scale; and `linear_transposed`, whose adjoint is `linear`.
// CHECK-LABEL: @loss_and_grad
// CHECK-SAME: %[[W:.*]]: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %[[B:.*]]: !flex.field<4xf32>
// CHECK-SAME: %[[X:.*]]: !flex.field<2xf32, samples>
flex.network "loss" @loss(%w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %b: !flex.field<4xf32> {flex.bind = "parameter:b"},
                          %x: !flex.field<2xf32, samples> {flex.bind = "input"}) -> (!flex.field<f32> {flex.out = "loss"}) {
  // CHECK: %[[Y:.*]] = flex.linear
  %y = flex.linear %w, %x bias %b : (!flex.field<4x2xf32>, !flex.field<2xf32, samples>, !flex.field<4xf32>) -> !flex.field<4xf32, samples>
  %z = flex.linear_transposed %w, %y : (!flex.field<4x2xf32>, !flex.field<4xf32, samples>) -> !flex.field<2xf32, samples>
  %loss = flex.sum %z {axes = array<i64: 0>, samples} : !flex.field<2xf32, samples> -> !flex.field<f32>
  // CHECK: %[[GZ:.*]] = flex.broadcast %{{.*}} : <1xf32> -> <2xf32, samples>
  // CHECK-NEXT: %[[DW1:.*]] = flex.outer %[[Y]], %[[GZ]]
  // CHECK-NEXT: %[[GY:.*]] = flex.linear %[[W]], %[[GZ]] :
  // CHECK-NEXT: %[[DW2:.*]] = flex.outer %[[GY]], %[[X]]
  // CHECK-NEXT: %[[DW:.*]] = flex.add %[[DW1]], %[[DW2]]
  // CHECK-NEXT: %[[DB:.*]] = flex.sum %[[GY]] {axes = array<i64>, samples}
  // CHECK-NEXT: flex.yield %{{.*}}, %[[DW]], %[[DB]]
  flex.yield %loss : !flex.field<f32>
}

// -----

// `correlate`, `last` and `place_last`. The input wants no gradient.
// CHECK-LABEL: @loss_and_grad
// CHECK-SAME: %[[MU:.*]]: !flex.field<3x2xf32> {flex.bind = "parameter:mu"}, %[[X:.*]]: !flex.field<2xf32, samples, @time>
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss" @loss(%mu: !flex.field<3x2xf32> {flex.bind = "parameter:mu"},
                          %x: !flex.field<2xf32, samples, @time> {flex.bind = "input"},
                          %v: !flex.field<2xf32> {flex.bind = "parameter:v"}) -> (!flex.field<f32> {flex.out = "loss"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  // CHECK: %[[K:.*]] = flex.add
  %k = flex.add %p, %mu : !flex.field<1xf32, @taps>, !flex.field<3x2xf32>
  %xv = flex.mul %x, %v : !flex.field<2xf32, samples, @time>, !flex.field<2xf32>
  // CHECK: %[[XV:.*]] = flex.mul %[[X]]
  // CHECK: flex.correlate %[[XV]], %[[K]] {causal}
  %y = flex.correlate %xv, %k {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<3x2xf32, @taps>) -> !flex.field<3xf32, samples, @time>
  %l = flex.last %y : !flex.field<3xf32, samples, @time> -> !flex.field<3xf32, samples>
  %back = flex.place_last %l : !flex.field<3xf32, samples> -> !flex.field<3xf32, samples, @time>
  %loss = flex.sum %back {axes = array<i64: 0>, samples, space} : !flex.field<3xf32, samples, @time> -> !flex.field<f32>
  // CHECK: %[[G:.*]] = flex.broadcast %{{.*}} : <1xf32> -> <3xf32, samples, @time>
  // CHECK-NEXT: %[[GL:.*]] = flex.last %[[G]]
  // CHECK-NEXT: %[[GY:.*]] = flex.place_last %[[GL]]
  // CHECK-NEXT: %[[GXV:.*]] = flex.correlate_input_grad %[[GY]], %[[K]] {causal}
  // CHECK-NEXT: %[[GK:.*]] = flex.correlate_kernel_grad %[[GY]], %[[XV]] {causal}
  // CHECK-NEXT: %[[PV:.*]] = flex.mul %[[GXV]], %[[X]]
  // CHECK-NEXT: %[[DV:.*]] = flex.sum %[[PV]] {axes = array<i64>, samples, space}
  // CHECK-NEXT: %[[DMU:.*]] = flex.sum %[[GK]] {axes = array<i64>, space} : <3x2xf32, @taps> -> <3x2xf32>
  // CHECK-NEXT: flex.yield %{{.*}}, %[[DMU]], %[[DV]]
  flex.yield %loss : !flex.field<f32>
}

// -----

// Taps that are a parameter, and a stride: each of the two ops has the other of its pair as its adjoint.
flex.space @image {rank = 2 : i64}
flex.space @half {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
// CHECK: flex.network "loss_and_grad"
// CHECK: flex.to_taps
// CHECK: flex.subsample
// CHECK: %[[SPREAD:.*]] = flex.spread %{{.*}} {stride = 2 : i64}
// CHECK: %[[GK:.*]] = flex.correlate_kernel_grad %[[SPREAD]]
// CHECK: %[[GW:.*]] = flex.from_taps %[[GK]] {dilation = 1 : i64}
// CHECK: flex.yield %{{.*}}, %[[GW]]
flex.network "loss" @loss(
    %x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}, %w: !flex.field<3x2x9xf32> {flex.bind = "parameter:w"})
    -> (!flex.field<f32> {flex.out = "loss"}) {
  %k = flex.to_taps %w {dilation = 1 : i64} : !flex.field<3x2x9xf32> -> !flex.field<3x2xf32, @taps>
  %y = flex.correlate %x, %k : (!flex.field<2xf32, samples, @image>, !flex.field<3x2xf32, @taps>) -> !flex.field<3xf32, samples, @image>
  %s = flex.subsample %y {stride = 2 : i64} : !flex.field<3xf32, samples, @image> -> !flex.field<3xf32, samples, @half>
  %l = flex.sum %s {axes = array<i64: 0>, samples, space} : !flex.field<3xf32, samples, @half> -> !flex.field<f32>
  flex.yield %l : !flex.field<f32>
}

// -----

// All gradients of a mixture at once, and that of its input where it is wanted.
// CHECK-LABEL: @loss_and_grad(%arg0: !flex.field<2xf32> {flex.bind = "parameter:v"}, %arg1: !flex.field<6x5xf32> {flex.bind = "parameter:w"}
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss" @loss(%v: !flex.field<2xf32> {flex.bind = "parameter:v"}, %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "state:h"}, %b: !flex.field<6xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "state:m"}, %x: !flex.field<2xf32, samples, @time> {flex.bind = "input"})
    -> (!flex.field<f32> {flex.out = "loss"}) {
  // CHECK: %[[XV:.*]] = flex.mul
  %xv = flex.mul %x, %v : !flex.field<2xf32, samples, @time>, !flex.field<2xf32>
  %y = flex.correlate_mixture %xv, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples, @time>
  // CHECK: %[[W:.*]], %{{.*}}, %[[B:.*]], %{{.*}}, %[[X:.*]] = flex.correlate_mixture_grads %{{.*}}, %[[XV]], %arg1, %arg2, %arg3, %arg4 {causal} :
  // CHECK: flex.mul %[[X]]
  // CHECK: flex.yield %{{.*}}, %{{.*}}, %[[W]], %[[B]]
  %loss = flex.sum %y {axes = array<i64: 0>, samples, space} : !flex.field<3xf32, samples, @time> -> !flex.field<f32>
  flex.yield %loss : !flex.field<f32>
}

// -----

// Where nothing of the mixture wants a gradient, taps are made for that of the input.
// CHECK-LABEL: @loss_and_grad(%arg0: !flex.field<2xf32> {flex.bind = "parameter:v"}, %arg1: !flex.field<6x5xf32> {flex.bind = "state:w"}
flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "loss" @loss(%v: !flex.field<2xf32> {flex.bind = "parameter:v"}, %w: !flex.field<6x5xf32> {flex.bind = "state:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "state:h"}, %b: !flex.field<6xf32> {flex.bind = "state:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "state:m"}, %x: !flex.field<2xf32, samples, @time> {flex.bind = "input"})
    -> (!flex.field<f32> {flex.out = "loss"}) {
  %xv = flex.mul %x, %v : !flex.field<2xf32, samples, @time>, !flex.field<2xf32>
  %y = flex.correlate_mixture %xv, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples, @time>
  // CHECK-NOT: correlate_mixture_grads
  // CHECK: %[[L:.*]] = flex.linear %arg1, %arg2 bias %arg3 scaled %arg4
  // CHECK: %[[K:.*]] = flex.reshape %[[L]]
  // CHECK: flex.correlate_input_grad %{{.*}}, %[[K]] {causal}
  %loss = flex.sum %y {axes = array<i64: 0>, samples, space} : !flex.field<3xf32, samples, @time> -> !flex.field<f32>
  flex.yield %loss : !flex.field<f32>
}
