// RUN: flex-opt %s --flex-simplify --flex-build-training-step --canonicalize --cse --flex-fuse-points | FileCheck %s
// A whole step of a small network: a convolution with a sampled kernel, batch norm, a residual, relu, pooling, a linear
// layer, cross-entropy and accuracy.

// Forward: the kernel, two passes for batch norm's statistics, one for all up to the pooled values, the head.
// CHECK-LABEL: @loss_and_grad
// CHECK-SAME:  (%[[X:.*]]: !flex.field<4xf32, samples, @image> {flex.bind = "input"}
// CHECK:       %[[K:.*]] = flex.points({{.*}}) attributes {space = @taps} : {{.*}} -> !flex.field<4x4xf32, @taps> {
// CHECK:       %[[C:.*]] = flex.correlate %[[X]], %[[K]]
// CHECK:       %[[SUM:.*]] = flex.points(%[[C]]) attributes {samples, space = @image}
// CHECK:       %[[MEAN:.*]]:2 = flex.points(%[[SUM]]
// CHECK:       %[[SQUARES:.*]]:2 = flex.points(%[[C]], %[[MEAN]]#0) attributes {samples, space = @image}
// CHECK:       %[[SCALE:.*]]:3 = flex.points(%[[SQUARES]]#0
// CHECK:       %[[POOLED:.*]] = flex.points(%[[C]], %[[MEAN]]#0, %[[SCALE]]{{.*}}, %[[X]]) attributes {samples, space = @image} : {{.*}} -> !flex.field<4xf32, samples> {
// CHECK:         flex.max
// CHECK:         flex.sum
// CHECK:       %[[HEAD:.*]]:3 = flex.points(%[[POOLED]]{{.*}}) attributes {samples}

// Backward: the head's gradients, one pass for batch norm's sums, one for the gradient of the convolution's result, and
// one region for all gradients of the kernel network and its mask.
// CHECK:       %[[G:.*]]:3 = flex.points(%[[POOLED]]{{.*}}) attributes {samples}
// CHECK:       %[[SUMS:.*]]:2 = flex.points(%[[C]]{{.*}}%[[G]]#0) attributes {samples, space = @image} : {{.*}} -> (!flex.field<4xf32>, !flex.field<4xf32>) {
// CHECK:       %[[U:.*]]:3 = flex.points({{.*}}%[[SUMS]]
// CHECK:       %[[DC:.*]] = flex.points({{.*}}) attributes {samples, space = @image} : {{.*}} -> !flex.field<4xf32, samples, @image> {
// CHECK:       %[[DK:.*]] = flex.correlate_kernel_grad %[[DC]], %[[X]]
// CHECK:       %{{.*}}:7 = flex.points({{.*}}%[[DK]]{{.*}}) attributes {space = @taps}
// CHECK:         flex.exp
// CHECK:         flex.sin
// CHECK:         flex.cos
// CHECK:       %{{.*}} = flex.points(
// CHECK-NOT:   attributes
module @main {
  flex.space @image {rank = 2 : i64}
  flex.space @taps {rank = 2 : i64, taps}
  flex.parameter @"conv.gamma" : !flex.field<2x2xf32> {authors = "", tags = []}
  flex.parameter @"conv.mu" : !flex.field<2x2xf32> {authors = "", tags = []}
  flex.parameter @"conv.w" : !flex.field<2x2xf32> {authors = "", tags = []}
  flex.parameter @"conv.b" : !flex.field<2xf32> {authors = "", tags = []}
  flex.parameter @"conv.W" : !flex.field<16x2xf32> {authors = "", tags = []}
  flex.parameter @"conv.B" : !flex.field<16xf32> {authors = "", tags = []}
  flex.parameter @"conv.sigma" : !flex.field<2xf32> {authors = "", tags = []}
  flex.parameter @"norm.weight" : !flex.field<4xf32> {authors = "", tags = []}
  flex.parameter @"norm.bias" : !flex.field<4xf32> {authors = "", tags = []}
  flex.state @"norm.mean" : !flex.field<4xf32> {authors = ""}
  flex.state @"norm.var" : !flex.field<4xf32> {authors = ""}
  flex.parameter @"head.w" : !flex.field<10x4xf32> {authors = "", tags = []}
  flex.parameter @"head.b" : !flex.field<10xf32> {authors = "", tags = []}
  flex.network "loss" @loss(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"},
      %t: !flex.field<f32, samples> {flex.bind = "target"},
      %conv_gamma: !flex.field<2x2xf32> {flex.bind = "parameter:conv.gamma"},
      %conv_mu: !flex.field<2x2xf32> {flex.bind = "parameter:conv.mu"},
      %conv_w: !flex.field<2x2xf32> {flex.bind = "parameter:conv.w"},
      %conv_b: !flex.field<2xf32> {flex.bind = "parameter:conv.b"},
      %conv_W: !flex.field<16x2xf32> {flex.bind = "parameter:conv.W"},
      %conv_B: !flex.field<16xf32> {flex.bind = "parameter:conv.B"},
      %conv_sigma: !flex.field<2xf32> {flex.bind = "parameter:conv.sigma"},
      %norm_weight: !flex.field<4xf32> {flex.bind = "parameter:norm.weight"},
      %norm_bias: !flex.field<4xf32> {flex.bind = "parameter:norm.bias"},
      %norm_rm: !flex.field<4xf32> {flex.bind = "state:norm.mean"},
      %norm_rv: !flex.field<4xf32> {flex.bind = "state:norm.var"},
      %head_w: !flex.field<10x4xf32> {flex.bind = "parameter:head.w"},
      %head_b: !flex.field<10xf32> {flex.bind = "parameter:head.b"}) -> (!flex.field<f32> {flex.out = "loss"},
      !flex.field<f32> {flex.out = "metric"}, !flex.field<10xf32, samples> {flex.out = "output"},
      !flex.field<4xf32> {flex.out = "state:norm.mean"}, !flex.field<4xf32> {flex.out = "state:norm.var"}) {
    %v1 = flex.positions @taps : !flex.field<2xf32, @taps>
    %v2 = flex.sub %v1, %conv_mu : !flex.field<2xf32, @taps>, !flex.field<2x2xf32>
    %v3 = flex.mul %conv_gamma, %v2 : !flex.field<2x2xf32>, !flex.field<2x2xf32, @taps>
    %v4 = flex.mul %v3, %v3 : !flex.field<2x2xf32, @taps>, !flex.field<2x2xf32, @taps>
    %v5 = flex.sum %v4 {axes = array<i64: 1>} : !flex.field<2x2xf32, @taps> -> !flex.field<2xf32, @taps>
    %v6 = flex.constant [-5.000000e-01] : !flex.field<f32>
    %v7 = flex.mul %v5, %v6 : !flex.field<2xf32, @taps>, !flex.field<f32>
    %v8 = flex.exp %v7 : !flex.field<2xf32, @taps>
    %v9 = flex.mul %v1, %conv_w : !flex.field<2xf32, @taps>, !flex.field<2x2xf32>
    %v10 = flex.sum %v9 {axes = array<i64: 1>} : !flex.field<2x2xf32, @taps> -> !flex.field<2xf32, @taps>
    %v11 = flex.add %v10, %conv_b : !flex.field<2xf32, @taps>, !flex.field<2xf32>
    %v12 = flex.sin %v11 : !flex.field<2xf32, @taps>
    %v13 = flex.mul %v8, %v12 : !flex.field<2xf32, @taps>, !flex.field<2xf32, @taps>
    %v14 = flex.linear %conv_W, %v13 bias %conv_B : (!flex.field<16x2xf32>, !flex.field<2xf32, @taps>, !flex.field<16xf32>) -> !flex.field<16xf32, @taps>
    %v15 = flex.div %v1, %conv_sigma : !flex.field<2xf32, @taps>, !flex.field<2xf32>
    %v16 = flex.mul %v15, %v15 : !flex.field<2xf32, @taps>, !flex.field<2xf32, @taps>
    %v17 = flex.sum %v16 {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
    %v18 = flex.constant [-5.000000e-01] : !flex.field<f32>
    %v19 = flex.mul %v17, %v18 : !flex.field<f32, @taps>, !flex.field<f32>
    %v20 = flex.exp %v19 : !flex.field<f32, @taps>
    %v21 = flex.mul %v14, %v20 : !flex.field<16xf32, @taps>, !flex.field<f32, @taps>
    %v22 = flex.reshape %v21 : !flex.field<16xf32, @taps> -> !flex.field<4x4xf32, @taps>
    %v23 = flex.correlate %x, %v22 : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>) -> !flex.field<4xf32, samples, @image>
    %v24 = flex.count {samples, space = @image} : !flex.field<f32>
    %v25 = flex.sum %v23 {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
    %v26 = flex.div %v25, %v24 : !flex.field<4xf32>, !flex.field<f32>
    %v27 = flex.sub %v23, %v26 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    %v28 = flex.mul %v27, %v27 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %v29 = flex.sum %v28 {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
    %v30 = flex.div %v29, %v24 : !flex.field<4xf32>, !flex.field<f32>
    %v31 = flex.constant [1.000000e-05] : !flex.field<f32>
    %v32 = flex.add %v30, %v31 : !flex.field<4xf32>, !flex.field<f32>
    %v33 = flex.sqrt %v32 : !flex.field<4xf32>
    %v34 = flex.constant [9.000000e-01] : !flex.field<f32>
    %v35 = flex.mul %norm_rm, %v34 : !flex.field<4xf32>, !flex.field<f32>
    %v36 = flex.detach %v26 : !flex.field<4xf32>
    %v37 = flex.constant [1.000000e-01] : !flex.field<f32>
    %v38 = flex.mul %v36, %v37 : !flex.field<4xf32>, !flex.field<f32>
    %v39 = flex.add %v35, %v38 : !flex.field<4xf32>, !flex.field<4xf32>
    %v40 = flex.constant [9.000000e-01] : !flex.field<f32>
    %v41 = flex.mul %norm_rv, %v40 : !flex.field<4xf32>, !flex.field<f32>
    %v42 = flex.detach %v30 : !flex.field<4xf32>
    %v43 = flex.constant [1.000000e-01] : !flex.field<f32>
    %v44 = flex.mul %v42, %v43 : !flex.field<4xf32>, !flex.field<f32>
    %v45 = flex.add %v41, %v44 : !flex.field<4xf32>, !flex.field<4xf32>
    %v46 = flex.div %v27, %v33 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    %v47 = flex.mul %v46, %norm_weight : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    %v48 = flex.add %v47, %norm_bias : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    %v49 = flex.add %v48, %x : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %v50 = flex.constant [0.000000e+00] : !flex.field<f32>
    %v51 = flex.max %v49, %v50 : !flex.field<4xf32, samples, @image>, !flex.field<f32>
    %v52 = flex.sum %v51 {axes = array<i64>, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32, samples>
    %v53 = flex.count {space = @image} : !flex.field<f32>
    %v54 = flex.div %v52, %v53 : !flex.field<4xf32, samples>, !flex.field<f32>
    %v55 = flex.linear %head_w, %v54 bias %head_b : (!flex.field<10x4xf32>, !flex.field<4xf32, samples>, !flex.field<10xf32>) -> !flex.field<10xf32, samples>
    %v56 = flex.channel_max %v55 : !flex.field<10xf32, samples> -> !flex.field<f32, samples>
    %v57 = flex.detach %v56 : !flex.field<f32, samples>
    %v58 = flex.sub %v55, %v57 : !flex.field<10xf32, samples>, !flex.field<f32, samples>
    %v59 = flex.exp %v58 : !flex.field<10xf32, samples>
    %v60 = flex.sum %v59 {axes = array<i64: 0>} : !flex.field<10xf32, samples> -> !flex.field<f32, samples>
    %v61 = flex.log %v60 : !flex.field<f32, samples>
    %v62 = flex.one_hot %t : !flex.field<f32, samples> -> !flex.field<10xf32, samples>
    %v63 = flex.mul %v62, %v58 : !flex.field<10xf32, samples>, !flex.field<10xf32, samples>
    %v64 = flex.sum %v63 {axes = array<i64: 0>} : !flex.field<10xf32, samples> -> !flex.field<f32, samples>
    %v65 = flex.sub %v61, %v64 : !flex.field<f32, samples>, !flex.field<f32, samples>
    %v66 = flex.sum %v65 {axes = array<i64>, samples} : !flex.field<f32, samples> -> !flex.field<f32>
    %v67 = flex.count {samples} : !flex.field<f32>
    %v68 = flex.div %v66, %v67 : !flex.field<f32>, !flex.field<f32>
    %v69 = flex.argmax %v55 : !flex.field<10xf32, samples> -> !flex.field<f32, samples>
    %v70 = flex.cmp eq %v69, %t : !flex.field<f32, samples>, !flex.field<f32, samples>
    %v71 = flex.sum %v70 {axes = array<i64>, samples} : !flex.field<f32, samples> -> !flex.field<f32>
    %v72 = flex.count {samples} : !flex.field<f32>
    %v73 = flex.div %v71, %v72 : !flex.field<f32>, !flex.field<f32>
    flex.yield %v68, %v73, %v55, %v39, %v45 : !flex.field<f32>, !flex.field<f32>, !flex.field<10xf32, samples>, !flex.field<4xf32>, !flex.field<4xf32>
  }
}
