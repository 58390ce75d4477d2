// RUN: flex-opt %s --flex-fuse-points --split-input-file | FileCheck %s
// The forms that reductions are brought into before regions are made.

// A factor that is the same at all points is applied after the sum.
// CHECK-LABEL: @factor
// CHECK:       %[[S:.*]] = flex.points(%arg0) attributes {samples}
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    flex.sum
// CHECK-NEXT:    flex.yield
// CHECK:       flex.points(%[[S]], %arg1, %arg2)
// CHECK:         flex.mul
// CHECK:         flex.div
// CHECK:         flex.neg
flex.network "forward" @factor(%x: !flex.field<4xf32, samples> {flex.bind = "input"},
    %a: !flex.field<4xf32> {flex.bind = "parameter:a"}, %b: !flex.field<f32> {flex.bind = "parameter:b"})
    -> (!flex.field<4xf32> {flex.out = "metric"}) {
  %p = flex.mul %a, %x : !flex.field<4xf32>, !flex.field<4xf32, samples>
  %q = flex.div %p, %b : !flex.field<4xf32, samples>, !flex.field<f32>
  %n = flex.neg %q : !flex.field<4xf32, samples>
  %s = flex.sum %n {axes = array<i64>, samples} : !flex.field<4xf32, samples> -> !flex.field<4xf32>
  flex.yield %s : !flex.field<4xf32>
}

// -----

// A sum of terms, one of which has a factor that waits for another sum, asks for nothing that needs a second pass.
// CHECK-LABEL: @waiting_term
// CHECK:       %[[S:.*]]:3 = flex.points(%arg0, %arg1) attributes {samples}
// CHECK-COUNT-3: flex.sum
// CHECK-NEXT:    flex.yield
// CHECK:       flex.points(%[[S]]#{{.}}, %[[S]]#{{.}}, %[[S]]#{{.}}) : {{.*}} -> !flex.field<4xf32>
// CHECK-NOT:   flex.points
flex.network "forward" @waiting_term(%g: !flex.field<4xf32, samples> {flex.bind = "input"},
    %d: !flex.field<4xf32, samples> {flex.bind = "input"}) -> (!flex.field<4xf32> {flex.out = "metric"}) {
  %gd = flex.mul %g, %d : !flex.field<4xf32, samples>, !flex.field<4xf32, samples>
  %s = flex.sum %gd {axes = array<i64>, samples} : !flex.field<4xf32, samples> -> !flex.field<4xf32>
  %v = flex.exp %s : !flex.field<4xf32>
  %dv = flex.mul %d, %v : !flex.field<4xf32, samples>, !flex.field<4xf32>
  %t = flex.sub %g, %dv : !flex.field<4xf32, samples>, !flex.field<4xf32, samples>
  %m = flex.sum %t {axes = array<i64>, samples} : !flex.field<4xf32, samples> -> !flex.field<4xf32>
  flex.yield %m : !flex.field<4xf32>
}

// -----

// Two terms that wait for nothing stay one sum, as does a deviation from a mean.
// CHECK-LABEL: @terms
// CHECK:       %[[S:.*]] = flex.points(%arg0, %arg1) attributes {samples}
// CHECK:         flex.sub
// CHECK-NEXT:    flex.sum
// CHECK:       %[[M:.*]] = flex.points(%[[S]])
// CHECK:       flex.points(%arg0, %[[M]]) attributes {samples}
// CHECK:         flex.sub
// CHECK-NEXT:    flex.sum
flex.network "forward" @terms(%g: !flex.field<4xf32, samples> {flex.bind = "input"},
    %d: !flex.field<4xf32, samples> {flex.bind = "input"}) -> (!flex.field<4xf32> {flex.out = "metric"}) {
  %t = flex.sub %g, %d : !flex.field<4xf32, samples>, !flex.field<4xf32, samples>
  %s = flex.sum %t {axes = array<i64>, samples} : !flex.field<4xf32, samples> -> !flex.field<4xf32>
  %m = flex.exp %s : !flex.field<4xf32>
  %c = flex.sub %g, %m : !flex.field<4xf32, samples>, !flex.field<4xf32>
  %r = flex.sum %c {axes = array<i64>, samples} : !flex.field<4xf32, samples> -> !flex.field<4xf32>
  flex.yield %r : !flex.field<4xf32>
}

// -----

// A factor that was repeated over part of the domain does not take that part with it.
// CHECK-LABEL: @repeated
// CHECK:       flex.points({{.*}}) attributes {samples, space = @image}
// CHECK:         %[[B:.*]] = flex.broadcast %{{.*}} : <4xf32, samples> -> <4xf32, samples, @image>
// CHECK-NEXT:    flex.sum %[[B]] {axes = array<i64>, samples, space}
flex.space @image {rank = 2 : i64}
flex.network "forward" @repeated(%x: !flex.field<4xf32, samples> {flex.bind = "input"},
    %a: !flex.field<4xf32> {flex.bind = "parameter:a"}) -> (!flex.field<4xf32> {flex.out = "metric"}) {
  %w = flex.broadcast %a : !flex.field<4xf32> -> !flex.field<4xf32, samples, @image>
  %p = flex.mul %x, %w : !flex.field<4xf32, samples>, !flex.field<4xf32, samples, @image>
  %s = flex.sum %p {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
  flex.yield %s : !flex.field<4xf32>
}

// -----

// Channels are summed before the domain, and a reshape of the sum is taken before it.
// CHECK-LABEL: @axes
// CHECK:       %[[R:.*]] = flex.points(%arg0) attributes {samples} : {{.*}} -> !flex.field<2x1xf32>
// CHECK:         %[[C:.*]] = flex.sum %{{.*}} {axes = array<i64: 1>} : <2x3xf32, samples> -> <2xf32, samples>
// CHECK-NEXT:    %[[H:.*]] = flex.reshape %[[C]] : <2xf32, samples> -> <2x1xf32, samples>
// CHECK-NEXT:    %[[S:.*]] = flex.sum %[[H]] {axes = array<i64>, samples}
// CHECK-NEXT:    flex.yield %[[S]]
// CHECK:       flex.yield %[[R]]
flex.network "forward" @axes(%x: !flex.field<2x3xf32, samples> {flex.bind = "input"}) -> (!flex.field<2x1xf32> {flex.out = "metric"}) {
  %s = flex.sum %x {axes = array<i64: 1>, samples} : !flex.field<2x3xf32, samples> -> !flex.field<2xf32>
  %r = flex.reshape %s : !flex.field<2xf32> -> !flex.field<2x1xf32>
  flex.yield %r : !flex.field<2x1xf32>
}

// -----

// Sums over the samples that keep the space stand in regions of their own, and where channels are mixed what they add up
// is stored before.
// CHECK-LABEL: @over_samples
// CHECK:       flex.points(%arg0) attributes {samples, space = @image}
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    flex.exp
// CHECK-NEXT:    flex.sum
// CHECK-NEXT:    flex.yield
// CHECK:       %[[P:.*]] = flex.points(%arg1, %arg0) attributes {samples, space = @image}
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    flex.linear
// CHECK-NEXT:    flex.yield
// CHECK:       flex.points(%[[P]]) attributes {samples, space = @image}
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    flex.sum
// CHECK-NEXT:    flex.yield
flex.space @image {rank = 2 : i64}
flex.network "forward" @over_samples(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"},
    %w: !flex.field<4x4xf32> {flex.bind = "parameter:w"})
    -> (!flex.field<4xf32, @image> {flex.out = "output"}, !flex.field<4xf32, @image> {flex.out = "metric"}) {
  %e = flex.exp %x : !flex.field<4xf32, samples, @image>
  %s = flex.sum %e {axes = array<i64>, samples} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32, @image>
  %p = flex.linear %w, %x : (!flex.field<4x4xf32>, !flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image>
  %t = flex.sum %p {axes = array<i64>, samples} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32, @image>
  flex.yield %s, %t : !flex.field<4xf32, @image>, !flex.field<4xf32, @image>
}
