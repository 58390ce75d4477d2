// RUN: flex-opt %s --flex-fuse-points --split-input-file | FileCheck %s
// What regions hold, what is stored between them and what is computed again.

// A kernel network with its mask is one region over the taps; of the uniform arithmetic before it comes another.
// CHECK-LABEL: @kernel
// CHECK:       %[[R:.*]] = flex.points(%[[SIGMA:.*]]) : (!flex.field<2xf32>) -> !flex.field<2xf32>
// CHECK:         flex.div
// CHECK:       %[[K:.*]] = flex.points({{.*}}%[[R]]{{.*}}) attributes {space = @taps} : {{.*}} -> !flex.field<4x3xf32, @taps>
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    flex.positions @taps
// CHECK:         flex.linear
// CHECK:         flex.reshape
// CHECK-NEXT:    flex.yield
// CHECK:       flex.correlate %{{.*}}, %[[K]]
// CHECK-NEXT:  flex.yield
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @kernel(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
    %w: !flex.field<12x2xf32> {flex.bind = "parameter:w"}, %b: !flex.field<12xf32> {flex.bind = "parameter:b"},
    %sigma: !flex.field<2xf32> {flex.bind = "parameter:sigma"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %one = flex.constant [1.0] : !flex.field<f32>
  %r = flex.div %one, %sigma : !flex.field<f32>, !flex.field<2xf32>
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %h = flex.sin %p : !flex.field<2xf32, @taps>
  %psi = flex.linear %w, %h bias %b : (!flex.field<12x2xf32>, !flex.field<2xf32, @taps>, !flex.field<12xf32>) -> !flex.field<12xf32, @taps>
  %z = flex.mul %p, %r : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  %m = flex.sum %z {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  %masked = flex.mul %psi, %m : !flex.field<12xf32, @taps>, !flex.field<f32, @taps>
  %k = flex.reshape %masked : !flex.field<12xf32, @taps> -> !flex.field<4x3xf32, @taps>
  %y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield %y : !flex.field<4xf32, samples, @image>
}

// -----

// Its backward is one region, too: hidden values are computed again, all gradients come out as reductions.
// CHECK-LABEL: @kernel_gradient
// CHECK:       %[[K:.*]] = flex.points({{.*}}) attributes {space = @taps} : {{.*}} -> !flex.field<4x2xf32, @taps>
// CHECK:       flex.correlate
// CHECK:       %[[D:.*]] = flex.correlate_kernel_grad
// CHECK:       %{{.*}}:2 = flex.points({{.*}}%[[D]]{{.*}}) attributes {space = @taps} : {{.*}} -> (!flex.field<4x2xf32>, !flex.field<2xf32>)
// CHECK:         flex.sin
// CHECK:         flex.cos
// CHECK:         %[[W:.*]] = flex.outer
// CHECK-NEXT:    %[[B:.*]] = flex.sum {{.*}}space
// CHECK-NEXT:    flex.yield %[[W]], %[[B]]
// CHECK-NOT:   flex.points
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "loss_and_grad" @kernel_gradient(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"},
    %w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %b: !flex.field<2xf32> {flex.bind = "parameter:b"})
    -> (!flex.field<4x2xf32> {flex.out = "gradient:w"}, !flex.field<2xf32> {flex.out = "gradient:b"},
        !flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %a = flex.add %p, %b : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  %h = flex.sin %a : !flex.field<2xf32, @taps>
  %k1 = flex.mul %w, %h : !flex.field<4x2xf32>, !flex.field<2xf32, @taps>
  %y = flex.correlate %x, %k1 : (!flex.field<2xf32, samples, @image>, !flex.field<4x2xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  %d = flex.correlate_kernel_grad %y, %x : (!flex.field<4xf32, samples, @image>, !flex.field<2xf32, samples, @image>) -> !flex.field<4x2xf32, @taps>
  %g = flex.extract %d[0] : !flex.field<4x2xf32, @taps> -> !flex.field<4xf32, @taps>
  %dw = flex.outer %g, %h : (!flex.field<4xf32, @taps>, !flex.field<2xf32, @taps>) -> !flex.field<4x2xf32>
  %dh = flex.linear_transposed %w, %g : (!flex.field<4x2xf32>, !flex.field<4xf32, @taps>) -> !flex.field<2xf32, @taps>
  %c = flex.cos %a : !flex.field<2xf32, @taps>
  %da = flex.mul %dh, %c : !flex.field<2xf32, @taps>, !flex.field<2xf32, @taps>
  %db = flex.sum %da {axes = array<i64>, space} : !flex.field<2xf32, @taps> -> !flex.field<2xf32>
  flex.yield %dw, %db, %y : !flex.field<4x2xf32>, !flex.field<2xf32>, !flex.field<4xf32, samples, @image>
}

// -----

// Batch norm: mean, variance, then everything that is left in one pass. Both uniform steps are one region each, the
// running mean is committed where the mean is made.
// CHECK-LABEL: @batch_norm
// CHECK:       %[[N:.*]] = flex.count
// CHECK:       %[[S:.*]] = flex.points(%[[X:arg0]]) attributes {samples, space = @image}
// CHECK:         flex.sum
// CHECK:       %[[M:.*]]:2 = flex.points(%[[S]], %[[N]], {{.*}}) : {{.*}} -> (!flex.field<4xf32>, !flex.field<4xf32>)
// CHECK:       %[[Q:.*]] = flex.points(%[[X]], %[[M]]#0) attributes {samples, space = @image}
// CHECK:         flex.sum
// CHECK:       %[[V:.*]] = flex.points(%[[Q]], %[[N]])
// CHECK:         flex.sqrt
// CHECK:       %[[Y:.*]] = flex.points(%[[X]], %[[M]]#0, %[[V]]) attributes {samples, space = @image}
// CHECK:         flex.max
// CHECK:       flex.yield %[[Y]], %[[M]]#1
// CHECK-NOT:   flex.detach
flex.space @image {rank = 2 : i64}
flex.network "forward" @batch_norm(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"},
    %old: !flex.field<4xf32> {flex.bind = "state:mean"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}, !flex.field<4xf32> {flex.out = "state:mean"}) {
  %n = flex.count {samples, space = @image} : !flex.field<f32>
  %s = flex.sum %x {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %m = flex.div %s, %n : !flex.field<4xf32>, !flex.field<f32>
  %stop = flex.detach %m : !flex.field<4xf32>
  %new = flex.add %old, %stop : !flex.field<4xf32>, !flex.field<4xf32>
  %d = flex.sub %x, %m : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  %dd = flex.mul %d, %d : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  %q = flex.sum %dd {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %v = flex.div %q, %n : !flex.field<4xf32>, !flex.field<f32>
  %r = flex.sqrt %v : !flex.field<4xf32>
  %z = flex.div %d, %r : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  %zero = flex.constant [0.0] : !flex.field<f32>
  %y = flex.max %z, %zero : !flex.field<4xf32, samples, @image>, !flex.field<f32>
  flex.yield %y, %new : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
}

// -----

// A gradient that reads three fields and is wanted twice is stored, by the region that sums it; the cheap value `z`,
// which both regions need, is computed in each.
// CHECK-LABEL: @shared_gradient
// CHECK:       %[[A:.*]]:2 = flex.points({{.*}}) attributes {samples, space = @image} : {{.*}} -> (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>)
// CHECK:         flex.exp
// CHECK:         %[[G:.*]] = flex.select
// CHECK:         %[[T:.*]] = flex.sum
// CHECK-NEXT:    flex.yield %[[G]], %[[T]]
// CHECK:       %[[B:.*]] = flex.points({{.*}}) attributes {samples, space = @image}
// CHECK:         flex.exp
// CHECK-NOT:     flex.select
// CHECK:       flex.yield %[[B]]
flex.space @image {rank = 2 : i64}
flex.network "forward" @shared_gradient(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"},
    %g1: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %g2: !flex.field<4xf32, samples, @image> {flex.bind = "input"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %zero = flex.constant [0.0] : !flex.field<f32>
  %z = flex.exp %x : !flex.field<4xf32, samples, @image>
  %sum = flex.add %g1, %g2 : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  %g = flex.select %z, %sum, %zero : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>, !flex.field<f32>) -> !flex.field<4xf32, samples, @image>
  %gz = flex.mul %g, %z : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  %t = flex.sum %gz {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %tz = flex.mul %t, %z : !flex.field<4xf32>, !flex.field<4xf32, samples, @image>
  %y = flex.sub %g, %tz : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
  flex.yield %y : !flex.field<4xf32, samples, @image>
}

// -----

// A product with a matrix of eight inputs is stored when two regions read it.
// CHECK-LABEL: @expensive
// CHECK:       %[[L:.*]]:2 = flex.points({{.*}}) attributes {samples, space = @image} : {{.*}} -> (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>)
// CHECK:         flex.linear
// CHECK:         flex.sum
// CHECK:       flex.points(%[[L]]#0, %[[L]]#1) attributes {samples, space = @image}
// CHECK-NOT:     flex.linear
flex.space @image {rank = 2 : i64}
flex.network "forward" @expensive(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"},
    %w: !flex.field<4x8xf32> {flex.bind = "parameter:w"}) -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %l = flex.linear %w, %x : (!flex.field<4x8xf32>, !flex.field<8xf32, samples, @image>) -> !flex.field<4xf32, samples, @image>
  %s = flex.sum %l {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %y = flex.sub %l, %s : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
  flex.yield %y : !flex.field<4xf32, samples, @image>
}

// -----

// Regions that share no operand stay apart, as do channelwise ones of other widths.
// CHECK-LABEL: @apart
// CHECK-COUNT-3: flex.points
// CHECK-NOT:   flex.points
flex.space @image {rank = 2 : i64}
flex.network "forward" @apart(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"},
    %y: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %m: !flex.field<f32, samples, @image> {flex.bind = "input"})
    -> (!flex.field<4xf32> {flex.out = "metric"}, !flex.field<4xf32> {flex.out = "metric"}, !flex.field<f32> {flex.out = "metric"}) {
  %mx = flex.mul %x, %m : !flex.field<4xf32, samples, @image>, !flex.field<f32, samples, @image>
  %a = flex.sum %mx {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %b = flex.sum %y {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  %c = flex.sum %m {axes = array<i64>, samples, space} : !flex.field<f32, samples, @image> -> !flex.field<f32>
  flex.yield %a, %b, %c : !flex.field<4xf32>, !flex.field<4xf32>, !flex.field<f32>
}

// -----

// Pooling keeps the samples: such sums have a region of their own. What follows over samples is one region, loss and
// output alike.
// CHECK-LABEL: @head
// CHECK:       %[[P:.*]] = flex.points({{.*}}) attributes {samples, space = @image} : {{.*}} -> !flex.field<4xf32, samples>
// CHECK:         flex.sum {{.*}} {axes = array<i64>, space}
// CHECK:       %[[H:.*]]:2 = flex.points({{.*}}%[[P]]{{.*}}) attributes {samples} : {{.*}} -> (!flex.field<10xf32, samples>, !flex.field<f32>)
// CHECK:         %[[L:.*]] = flex.linear
// CHECK:         flex.sum {{.*}} {axes = array<i64: 0>}
// CHECK:         %[[S:.*]] = flex.sum {{.*}} {axes = array<i64>, samples}
// CHECK-NEXT:    flex.yield %[[L]], %[[S]]
// CHECK:       flex.yield %[[H]]#0, %[[H]]#1
flex.space @image {rank = 2 : i64}
flex.network "loss" @head(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"},
    %w: !flex.field<10x4xf32> {flex.bind = "parameter:w"})
    -> (!flex.field<10xf32, samples> {flex.out = "output"}, !flex.field<f32> {flex.out = "loss"}) {
  %p = flex.sum %x {axes = array<i64>, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32, samples>
  %l = flex.linear %w, %p : (!flex.field<10x4xf32>, !flex.field<4xf32, samples>) -> !flex.field<10xf32, samples>
  %e = flex.exp %l : !flex.field<10xf32, samples>
  %s = flex.sum %e {axes = array<i64: 0>, samples} : !flex.field<10xf32, samples> -> !flex.field<f32>
  flex.yield %l, %s : !flex.field<10xf32, samples>, !flex.field<f32>
}

// -----

// `last` takes the whole field into a region over samples; `place_last` a value over samples into one over both.
// CHECK-LABEL: @last
// CHECK:       %[[A:.*]] = flex.points(%arg0) attributes {samples} : (!flex.field<4xf32, samples, @time>) -> !flex.field<4xf32, samples>
// CHECK:         flex.last
// CHECK:         flex.tanh
// CHECK:       %[[B:.*]] = flex.points(%[[A]], %arg0) attributes {samples, space = @time}
// CHECK:         flex.place_last
// CHECK:       flex.yield %[[B]]
flex.space @time {rank = 1 : i64}
flex.network "forward" @last(%x: !flex.field<4xf32, samples, @time> {flex.bind = "input"})
    -> (!flex.field<4xf32, samples, @time> {flex.out = "output"}) {
  %a = flex.last %x : !flex.field<4xf32, samples, @time> -> !flex.field<4xf32, samples>
  %t = flex.tanh %a : !flex.field<4xf32, samples>
  %b = flex.place_last %t : !flex.field<4xf32, samples> -> !flex.field<4xf32, samples, @time>
  %y = flex.add %b, %x : !flex.field<4xf32, samples, @time>, !flex.field<4xf32, samples, @time>
  flex.yield %y : !flex.field<4xf32, samples, @time>
}

// -----

// What `last` reads is in memory, be it a copy.
// CHECK-LABEL: @last_of_copy
// CHECK:       %[[R:.*]] = flex.points(%arg0) attributes {samples, space = @time} : {{.*}} -> !flex.field<2x2xf32, samples, @time>
// CHECK:       flex.points(%[[R]]) attributes {samples}
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    flex.last
flex.space @time {rank = 1 : i64}
flex.network "forward" @last_of_copy(%x: !flex.field<4xf32, samples, @time> {flex.bind = "input"})
    -> (!flex.field<2x2xf32, samples> {flex.out = "output"}) {
  %r = flex.reshape %x : !flex.field<4xf32, samples, @time> -> !flex.field<2x2xf32, samples, @time>
  %a = flex.last %r : !flex.field<2x2xf32, samples, @time> -> !flex.field<2x2xf32, samples>
  flex.yield %a : !flex.field<2x2xf32, samples>
}

// -----

// An optimiser's step is one region over the group's elements.
// CHECK-LABEL: @update
// CHECK:       %[[U:.*]]:2 = flex.points({{.*}}) attributes {space = @elements}
// CHECK-NOT:   flex.points
// CHECK:       flex.yield %[[U]]#1, %[[U]]#0
flex.space @elements {elements, rank = 1 : i64}
flex.network "update" @update(%w: !flex.field<f32, @elements> {flex.bind = "weight"},
    %g: !flex.field<f32, @elements> {flex.bind = "gradient"}, %m: !flex.field<f32, @elements> {flex.bind = "moment:m"},
    %lr: !flex.field<f32> {flex.bind = "setting:lr"})
    -> (!flex.field<f32, @elements> {flex.out = "weight"}, !flex.field<f32, @elements> {flex.out = "moment:m"}) {
  %n = flex.add %m, %g : !flex.field<f32, @elements>, !flex.field<f32, @elements>
  %s = flex.mul %n, %lr : !flex.field<f32, @elements>, !flex.field<f32>
  %v = flex.sub %w, %s : !flex.field<f32, @elements>, !flex.field<f32, @elements>
  flex.yield %v, %n : !flex.field<f32, @elements>, !flex.field<f32, @elements>
}

// -----

// Uniform arithmetic is gathered wherever it can be; what must wait for a call comes behind it.
// CHECK-LABEL: @initialise
// CHECK:       %[[C:.*]]:2 = flex.points() : () -> (!flex.field<f32>, !flex.field<f32>)
// CHECK:         flex.constant
// CHECK:         flex.constant
// CHECK:       %[[A:.*]] = flex.draw %{{.*}}, uniform(%[[C]]#0, %[[C]]#1)
// CHECK:       %[[B:.*]] = flex.draw %{{.*}}, normal(%[[C]]#0, %[[C]]#1)
// CHECK:       %[[R:.*]]:2 = flex.points(%[[A]], %[[B]]) : {{.*}} -> (!flex.field<4xf32>, !flex.field<4xf32>)
// CHECK-NOT:   flex.points
flex.network "initialise" @initialise(%key: !flex.key {flex.bind = "key"})
    -> (!flex.field<4xf32> {flex.out = "parameter:a"}, !flex.field<4xf32> {flex.out = "parameter:b"}) {
  %lo = flex.constant [0.0] : !flex.field<f32>
  %hi = flex.constant [1.0] : !flex.field<f32>
  %a = flex.draw %key, uniform(%lo, %hi) {stream = "a"} : (!flex.key, !flex.field<f32>, !flex.field<f32>) -> !flex.field<4xf32>
  %a2 = flex.mul %a, %a : !flex.field<4xf32>, !flex.field<4xf32>
  %b = flex.draw %key, normal(%lo, %hi) {stream = "b"} : (!flex.key, !flex.field<f32>, !flex.field<f32>) -> !flex.field<4xf32>
  %b2 = flex.mul %b, %a2 : !flex.field<4xf32>, !flex.field<4xf32>
  flex.yield %a2, %b2 : !flex.field<4xf32>, !flex.field<4xf32>
}

// -----

// Nothing to gather: regions and calls stay as they are.
// CHECK-LABEL: @unchanged
// CHECK-NEXT:  %[[N:.*]] = flex.count {samples} : <f32>
// CHECK-NEXT:  %[[P:.*]] = flex.points(%arg0) attributes {samples}
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    flex.exp
// CHECK-NEXT:    flex.yield
// CHECK-NEXT:  }
// CHECK-NEXT:  flex.yield %[[P]], %[[N]], %arg0
flex.network "forward" @unchanged(%x: !flex.field<4xf32, samples> {flex.bind = "input"})
    -> (!flex.field<4xf32, samples> {flex.out = "output"}, !flex.field<f32> {flex.out = "metric"}, !flex.field<4xf32, samples> {flex.out = "output"}) {
  %n = flex.count {samples} : !flex.field<f32>
  %p = flex.points(%x) attributes {samples} : (!flex.field<4xf32, samples>) -> !flex.field<4xf32, samples> {
  ^bb0(%a: !flex.field<4xf32, samples>):
    %e = flex.exp %a : !flex.field<4xf32, samples>
    flex.yield %e : !flex.field<4xf32, samples>
  }
  flex.yield %p, %n, %x : !flex.field<4xf32, samples>, !flex.field<f32>, !flex.field<4xf32, samples>
}
