// RUN: flex-opt %s | flex-opt | FileCheck %s
// RUN: flex-opt %s --mlir-print-op-generic | flex-opt | FileCheck %s

// What an experiment owns.
// CHECK: flex.space @image {rank = 2 : i64}
flex.space @image {rank = 2 : i64}
// CHECK: flex.space @time {rank = 1 : i64}
flex.space @time {rank = 1 : i64}
// CHECK: flex.space @taps {rank = 2 : i64, taps}
flex.space @taps {rank = 2 : i64, taps}
flex.space @half {rank = 2 : i64}
flex.space @wide {rank = 2 : i64, taps}
// CHECK: flex.space @past {rank = 1 : i64, taps}
flex.space @past {rank = 1 : i64, taps}
// CHECK: flex.space @elements.default {elements, rank = 1 : i64}
flex.space @elements.default {rank = 1 : i64, elements}
// CHECK: flex.parameter @mask.sigma : !flex.field<2xf32> {authors = "mask_params[:,1]", tags = ["mask"]}
flex.parameter @mask.sigma : !flex.field<2xf32> {authors = "mask_params[:,1]", tags = ["mask"]}
// CHECK: flex.state @norm.running_mean : !flex.field<4xf32> {authors = ""}
flex.state @norm.running_mean : !flex.field<4xf32> {authors = ""}
// CHECK: flex.setting @lr {unit = "real", value = 1.000000e-02 : f64}
flex.setting @lr {value = 0.01 : f64, unit = "real"}

// Arithmetic at a point.
// CHECK-LABEL: flex.network "forward" @point_local
flex.network "forward" @point_local(%x: !flex.field<3xf64, samples> {flex.bind = "input"},
                                    %w: !flex.field<4x3xf64> {flex.bind = "parameter:w"},
                                    %b: !flex.field<4xf64> {flex.bind = "parameter:b"})
    -> (!flex.field<4xf64, samples> {flex.out = "output"}) {
  // CHECK: flex.constant [1.000000e-01, -2.500000e+00, 1.000000e-300] : <3xf64>
  %c = flex.constant [0.1, -2.5, 1.0e-300] : !flex.field<3xf64>
  // CHECK: flex.neg %{{.*}} : <3xf64, samples>
  %neg = flex.neg %x : !flex.field<3xf64, samples>
  // CHECK: flex.exp
  %exp = flex.exp %x : !flex.field<3xf64, samples>
  // CHECK: flex.log
  %log = flex.log %x : !flex.field<3xf64, samples>
  // CHECK: flex.sin
  %sin = flex.sin %x : !flex.field<3xf64, samples>
  // CHECK: flex.cos
  %cos = flex.cos %x : !flex.field<3xf64, samples>
  // CHECK: flex.tanh
  %tanh = flex.tanh %x : !flex.field<3xf64, samples>
  // CHECK: flex.sqrt
  %sqrt = flex.sqrt %x : !flex.field<3xf64, samples>
  // CHECK: flex.abs
  %abs = flex.abs %x : !flex.field<3xf64, samples>
  // CHECK: flex.floor
  %floor = flex.floor %x : !flex.field<3xf64, samples>
  // CHECK: flex.detach
  %detach = flex.detach %x : !flex.field<3xf64, samples>
  // CHECK: flex.add %{{.*}}, %{{.*}} : <3xf64, samples>, <3xf64>
  %add = flex.add %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: flex.sub
  %sub = flex.sub %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: flex.mul
  %mul = flex.mul %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: flex.div
  %div = flex.div %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: flex.max
  %max = flex.max %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: flex.min
  %min = flex.min %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: flex.pow
  %pow = flex.pow %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: %[[LT:.*]] = flex.cmp lt
  %lt = flex.cmp lt %x, %c : !flex.field<3xf64, samples>, !flex.field<3xf64>
  // CHECK: flex.select %[[LT]]
  %select = flex.select %lt, %x, %c : (!flex.field<3xf64, samples>, !flex.field<3xf64, samples>, !flex.field<3xf64>) -> !flex.field<3xf64, samples>
  // CHECK: flex.broadcast %{{.*}} : <3xf64> -> <2x3xf64, samples>
  %broadcast = flex.broadcast %c : !flex.field<3xf64> -> !flex.field<2x3xf64, samples>
  // CHECK: flex.reshape %{{.*}} : <2x3xf64, samples> -> <6xf64, samples>
  %reshape = flex.reshape %broadcast : !flex.field<2x3xf64, samples> -> !flex.field<6xf64, samples>
  // CHECK: %[[E:.*]] = flex.extract %{{.*}}[1] : <3xf64, samples> -> <f64, samples>
  %extract = flex.extract %x[1] : !flex.field<3xf64, samples> -> !flex.field<f64, samples>
  // CHECK: flex.stack %[[E]], %[[E]] :
  %stack = flex.stack %extract, %extract : (!flex.field<f64, samples>, !flex.field<f64, samples>) -> !flex.field<2xf64, samples>
  // CHECK: %[[Y:.*]] = flex.linear %{{.*}}, %{{.*}} bias %{{.*}} scaled %[[E]] :
  %y = flex.linear %w, %x bias %b scaled %extract : (!flex.field<4x3xf64>, !flex.field<3xf64, samples>, !flex.field<4xf64>, !flex.field<f64, samples>) -> !flex.field<4xf64, samples>
  // CHECK: flex.linear_transposed %{{.*}}, %[[Y]] :
  %transposed = flex.linear_transposed %w, %y : (!flex.field<4x3xf64>, !flex.field<4xf64, samples>) -> !flex.field<3xf64, samples>
  // CHECK: flex.one_hot %[[E]] : <f64, samples> -> <10xf64, samples>
  %one_hot = flex.one_hot %extract : !flex.field<f64, samples> -> !flex.field<10xf64, samples>
  // CHECK: flex.argmax
  %argmax = flex.argmax %y : !flex.field<4xf64, samples> -> !flex.field<f64, samples>
  // CHECK: flex.channel_max
  %channel_max = flex.channel_max %y : !flex.field<4xf64, samples> -> !flex.field<f64, samples>
  flex.yield %y : !flex.field<4xf64, samples>
}

// CHECK-LABEL: flex.network "initialise" @random
flex.network "initialise" @random(%key: !flex.key {flex.bind = "key"}, %p: !flex.field<f32> {flex.bind = "setting:rate"})
    -> (!flex.field<4x3xf32> {flex.out = "parameter:w"}) {
  // CHECK: flex.bernoulli %{{.*}}, %{{.*}} {stream = 3 : i64} : <f32> -> <24xf32, samples, @image>
  %keep = flex.bernoulli %key, %p {stream = 3 : i64} : !flex.field<f32> -> !flex.field<24xf32, samples, @image>
  // CHECK: flex.draw %{{.*}}, gamma(%{{.*}}, %{{.*}}) {stream = "w"}
  %w = flex.draw %key, gamma(%p, %p) {stream = "w"} : (!flex.key, !flex.field<f32>, !flex.field<f32>) -> !flex.field<4x3xf32>
  flex.yield %w : !flex.field<4x3xf32>
}

// CHECK-LABEL: flex.network "forward" @between_points
flex.network "forward" @between_points(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
                                       %k: !flex.field<4x3xf32, @taps> {flex.bind = "parameter:k"},
                                       %s: !flex.field<3xf32, samples, @time> {flex.bind = "target"},
                                       %c: !flex.field<4x3xf32, @past> {flex.bind = "parameter:c"}) {
  // CHECK: flex.sum %{{.*}} {axes = array<i64: 0>, samples, space} : <3xf32, samples, @image> -> <f32>
  %sum = flex.sum %x {axes = array<i64: 0>, samples, space} : !flex.field<3xf32, samples, @image> -> !flex.field<f32>
  // CHECK: flex.outer
  %outer = flex.outer %x, %x : (!flex.field<3xf32, samples, @image>, !flex.field<3xf32, samples, @image>) -> !flex.field<3x3xf32>
  // CHECK: flex.count {samples, space = @image} : <f32>
  %count = flex.count {samples, space = @image} : !flex.field<f32>
  // CHECK: flex.rate @image : <f32>
  %rate = flex.rate @image : !flex.field<f32>
  // CHECK: %[[P:.*]] = flex.positions @taps : <2xf32, @taps>
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  // CHECK: %[[ONE:.*]] = flex.extract
  %one = flex.extract %p[0] : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  // CHECK: %[[LOW:.*]], %[[HIGH:.*]] = flex.extent %[[ONE]] {level = 1.000000e-01 : f64}
  %low, %high = flex.extent %one {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<2xf32>, !flex.field<2xf32>)
  // CHECK: flex.stated_band %[[ONE]] below %{{.*}} : <f32, @taps>, <f32>
  %stated = flex.stated_band %one below %rate : !flex.field<f32, @taps>, !flex.field<f32>
  // CHECK: flex.band both %{{.*}}, %{{.*}} : (!flex.field<f32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  %band = flex.band both %stated, %rate : (!flex.field<f32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  // CHECK: flex.band apart %{{.*}}, %{{.*}} {total} : (!flex.field<f32, @taps>, !flex.field<f32>) -> !flex.field<2xf32>
  %total = flex.band apart %stated, %rate {total} : (!flex.field<f32, @taps>, !flex.field<f32>) -> !flex.field<2xf32>
  // CHECK: flex.nyquist @taps : <f32>
  %limit = flex.nyquist @taps : !flex.field<f32>
  // CHECK: flex.crop @taps of @image within %[[LOW]], %[[HIGH]] : !flex.field<2xf32>, !flex.field<2xf32>
  flex.crop @taps of @image within %low, %high : !flex.field<2xf32>, !flex.field<2xf32> {points = affine_map<(n) -> (n + 1 - n mod 2)>}
  // CHECK: flex.crop @past of @time {causal,
  flex.crop @past of @time {points = affine_map<(n) -> (n)>, causal}
  // CHECK: flex.crop @half of @image {points =
  flex.crop @half of @image {points = affine_map<(n) -> ((n + 1) floordiv 2)>}
  // CHECK: flex.crop @wide of @image within %{{.*}} : !flex.field<2xf32>
  flex.crop @wide of @image within %high : !flex.field<2xf32>
  // CHECK: flex.positions @wide {pixels}
  %pixels = flex.positions @wide {pixels} : !flex.field<2xf32, @wide>
  // CHECK: %[[SOME:.*]] = flex.subsample %{{.*}} {stride = 2 : i64}
  %some = flex.subsample %x {stride = 2 : i64} : !flex.field<3xf32, samples, @image> -> !flex.field<3xf32, samples, @half>
  // CHECK: flex.spread %[[SOME]] {stride = 2 : i64}
  %spread = flex.spread %some {stride = 2 : i64} : !flex.field<3xf32, samples, @half> -> !flex.field<3xf32, samples, @image>
  // CHECK: %[[ENTRIES:.*]] = flex.from_taps %{{.*}} {dilation = 1 : i64}
  %entries = flex.from_taps %k {dilation = 1 : i64} : !flex.field<4x3xf32, @taps> -> !flex.field<4x3x9xf32>
  // CHECK: flex.to_taps %[[ENTRIES]] {dilation = 2 : i64}
  %apart = flex.to_taps %entries {dilation = 2 : i64} : !flex.field<4x3x9xf32> -> !flex.field<4x3xf32, @wide>
  // CHECK: %[[Y:.*]] = flex.correlate %{{.*}}, %{{.*}} :
  %y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  // CHECK: flex.correlate_input_grad %[[Y]]
  %gx = flex.correlate_input_grad %y, %k : (!flex.field<4xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<3xf32, samples, @image>
  // CHECK: flex.correlate_kernel_grad %[[Y]]
  %gk = flex.correlate_kernel_grad %y, %x : (!flex.field<4xf32, samples, @image>, !flex.field<3xf32, samples, @image>) -> !flex.field<4x3xf32, @taps>
  // CHECK: flex.correlate %{{.*}}, %{{.*}} {causal}
  %z = flex.correlate %s, %c {causal} : (!flex.field<3xf32, samples, @time>, !flex.field<4x3xf32, @past>) -> !flex.field<4xf32, samples, @time>
  // CHECK: %[[LAST:.*]] = flex.last
  %last = flex.last %z : !flex.field<4xf32, samples, @time> -> !flex.field<4xf32, samples>
  // CHECK: flex.place_last %[[LAST]]
  %place = flex.place_last %last : !flex.field<4xf32, samples> -> !flex.field<4xf32, samples, @time>
  // CHECK: flex.relayout %{{.*}} : <3xf32, samples, @image> -> <3xf32, samples, @image, channels_last>
  %r = flex.relayout %x : !flex.field<3xf32, samples, @image> -> !flex.field<3xf32, samples, @image, channels_last>
  flex.yield
}

// CHECK-LABEL: flex.network "update" @region
flex.network "update" @region(%w: !flex.field<f32, @elements.default> {flex.bind = "weight"},
                              %g: !flex.field<f32, @elements.default> {flex.bind = "gradient"})
    -> (!flex.field<f32, @elements.default> {flex.out = "weight"}) {
  // CHECK: flex.points(%{{.*}}, %{{.*}}) attributes {space = @elements.default}
  %0 = flex.points (%w, %g) attributes {space = @elements.default} : (!flex.field<f32, @elements.default>, !flex.field<f32, @elements.default>) -> !flex.field<f32, @elements.default> {
  ^bb0(%a: !flex.field<f32, @elements.default>, %b: !flex.field<f32, @elements.default>):
    %s = flex.sub %a, %b : !flex.field<f32, @elements.default>, !flex.field<f32, @elements.default>
    flex.yield %s : !flex.field<f32, @elements.default>
  }
  flex.yield %0 : !flex.field<f32, @elements.default>
}

// CHECK-LABEL: flex.network "forward" @mixtures
flex.network "forward" @mixtures(%s: !flex.field<2xf32, samples, @time> {flex.bind = "input"},
    %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"}, %h: !flex.field<5xf32, @past> {flex.bind = "parameter:h"},
    %b: !flex.field<6xf32> {flex.bind = "parameter:b"}, %m: !flex.field<f32, @past> {flex.bind = "parameter:m"}) {
  // CHECK: %[[Y:.*]] = flex.correlate_mixture %arg0, %arg1, %arg2, %arg3, %arg4 {causal} :
  %y = flex.correlate_mixture %s, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @past>, !flex.field<6xf32>, !flex.field<f32, @past>) -> !flex.field<3xf32, samples, @time>
  // CHECK: %{{.*}}, %{{.*}}:2 = flex.correlate_mixture
  %z, %moments:2 = flex.correlate_mixture %s, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @past>, !flex.field<6xf32>, !flex.field<f32, @past>) -> (!flex.field<3xf32, samples, @time>, !flex.field<3xf32>, !flex.field<3xf32>)
  // CHECK: flex.correlate_mixture_grads %[[Y]], %arg0, %arg1, %arg2, %arg3, %arg4 {causal} :
  %gw, %gh, %gb, %gm, %gx = flex.correlate_mixture_grads %y, %s, %w, %h, %b, %m {causal} : (!flex.field<3xf32, samples, @time>, !flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @past>, !flex.field<6xf32>, !flex.field<f32, @past>) -> (!flex.field<6x5xf32>, !flex.field<5xf32, @past>, !flex.field<6xf32>, !flex.field<f32, @past>, !flex.field<2xf32, samples, @time>)
  flex.yield
}
