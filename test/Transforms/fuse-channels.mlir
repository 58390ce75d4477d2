// RUN: flex-opt %s --flex-fuse-channels --split-input-file | FileCheck %s
// Which regions become one, and where it stands.

// A mean, the uniform arithmetic on it, and what is done with it: one region. The mean itself is still wanted elsewhere,
// by a region that now follows.
// CHECK-LABEL: @mean
// CHECK:       %[[N:.*]] = flex.count
// CHECK-NEXT:  %[[R:.*]]:2 = flex.points(%{{.*}}, %[[N]]) attributes {samples, space = @image} : {{.*}} -> (!flex.field<8xf32>, !flex.field<8xf32, samples, @image>)
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    %[[S:.*]] = flex.sum
// CHECK-NEXT:    %[[M:.*]] = flex.div %[[S]]
// CHECK-NEXT:    %[[D:.*]] = flex.sub %{{.*}}, %[[M]]
// CHECK-NEXT:    flex.yield %[[S]], %[[D]]
// CHECK:       flex.points(%[[R]]#0, %[[N]])
// CHECK:         flex.div
// CHECK-NOT:   flex.points
flex.space @image {rank = 2 : i64}
flex.network "forward" @mean(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"})
    -> (!flex.field<8xf32, samples, @image> {flex.out = "output"}, !flex.field<8xf32> {flex.out = "state:m"}) {
  %n = flex.count {samples, space = @image} : !flex.field<f32>
  %s = flex.points(%x) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>) -> !flex.field<8xf32> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>):
    %0 = flex.sum %a {axes = array<i64>, samples, space} : !flex.field<8xf32, samples, @image> -> !flex.field<8xf32>
    flex.yield %0 : !flex.field<8xf32>
  }
  %m = flex.points(%s, %n) : (!flex.field<8xf32>, !flex.field<f32>) -> !flex.field<8xf32> {
  ^bb0(%a: !flex.field<8xf32>, %b: !flex.field<f32>):
    %0 = flex.div %a, %b : !flex.field<8xf32>, !flex.field<f32>
    flex.yield %0 : !flex.field<8xf32>
  }
  %y = flex.points(%x, %m) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>, !flex.field<8xf32>) -> !flex.field<8xf32, samples, @image> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>, %b: !flex.field<8xf32>):
    %0 = flex.sub %a, %b : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
    flex.yield %0 : !flex.field<8xf32, samples, @image>
  }
  flex.yield %y, %m : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
}

// -----

// What the second region also reads comes late: the joined region stands there. A field that only the second region read
// is not stored any more.
// CHECK-LABEL: @late
// CHECK-NOT:   flex.points
// CHECK:       %[[Z:.*]] = flex.correlate
// CHECK-NEXT:  %[[Y:.*]] = flex.points(%[[Z]], %{{.*}}) attributes {samples, space = @image} : {{.*}} -> !flex.field<8xf32, samples, @image>
// CHECK:         flex.exp
// CHECK-NEXT:    flex.sum
// CHECK-NEXT:    flex.add
// CHECK-NEXT:    flex.add
// CHECK-NOT:   flex.points
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @late(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<8x8xf32, @taps> {flex.bind = "parameter:k"})
    -> (!flex.field<8xf32, samples, @image> {flex.out = "output"}) {
  %r:2 = flex.points(%x) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>) -> (!flex.field<8xf32, samples, @image>, !flex.field<8xf32>) {
  ^bb0(%a: !flex.field<8xf32, samples, @image>):
    %0 = flex.exp %a : !flex.field<8xf32, samples, @image>
    %1 = flex.sum %0 {axes = array<i64>, samples, space} : !flex.field<8xf32, samples, @image> -> !flex.field<8xf32>
    flex.yield %0, %1 : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
  }
  %z = flex.correlate %x, %k : (!flex.field<8xf32, samples, @image>, !flex.field<8x8xf32, @taps>) -> !flex.field<8xf32, samples, @image>
  %y = flex.points(%r#0, %r#1, %z) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>, !flex.field<8xf32>, !flex.field<8xf32, samples, @image>) -> !flex.field<8xf32, samples, @image> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>, %b: !flex.field<8xf32>, %c: !flex.field<8xf32, samples, @image>):
    %0 = flex.add %a, %b : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
    %1 = flex.add %0, %c : !flex.field<8xf32, samples, @image>, !flex.field<8xf32, samples, @image>
    flex.yield %1 : !flex.field<8xf32, samples, @image>
  }
  flex.yield %y : !flex.field<8xf32, samples, @image>
}

// -----

// A call in between reads what the first region stores, and makes what the second one reads.
// CHECK-LABEL: @between
// CHECK:       flex.points
// CHECK:       flex.correlate
// CHECK:       flex.points
flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @between(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<8x8xf32, @taps> {flex.bind = "parameter:k"})
    -> (!flex.field<8xf32, samples, @image> {flex.out = "output"}) {
  %r:2 = flex.points(%x) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>) -> (!flex.field<8xf32, samples, @image>, !flex.field<8xf32>) {
  ^bb0(%a: !flex.field<8xf32, samples, @image>):
    %0 = flex.exp %a : !flex.field<8xf32, samples, @image>
    %1 = flex.sum %0 {axes = array<i64>, samples, space} : !flex.field<8xf32, samples, @image> -> !flex.field<8xf32>
    flex.yield %0, %1 : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
  }
  %z = flex.correlate %r#0, %k : (!flex.field<8xf32, samples, @image>, !flex.field<8x8xf32, @taps>) -> !flex.field<8xf32, samples, @image>
  %y = flex.points(%x, %r#1, %z) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>, !flex.field<8xf32>, !flex.field<8xf32, samples, @image>) -> !flex.field<8xf32, samples, @image> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>, %b: !flex.field<8xf32>, %c: !flex.field<8xf32, samples, @image>):
    %0 = flex.add %a, %b : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
    %1 = flex.add %0, %c : !flex.field<8xf32, samples, @image>, !flex.field<8xf32, samples, @image>
    flex.yield %1 : !flex.field<8xf32, samples, @image>
  }
  flex.yield %y : !flex.field<8xf32, samples, @image>
}

// -----

// Few channels are few pieces of work; and a sum that meets other channels must be whole before.
// CHECK-LABEL: @few
// CHECK-COUNT-2: flex.points
// CHECK-LABEL: @across
// CHECK-COUNT-3: flex.points
flex.space @image {rank = 2 : i64}
flex.network "forward" @few(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}) -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %s = flex.points(%x) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>) -> !flex.field<4xf32> {
  ^bb0(%a: !flex.field<4xf32, samples, @image>):
    %0 = flex.sum %a {axes = array<i64>, samples, space} : !flex.field<4xf32, samples, @image> -> !flex.field<4xf32>
    flex.yield %0 : !flex.field<4xf32>
  }
  %y = flex.points(%x, %s) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>) -> !flex.field<4xf32, samples, @image> {
  ^bb0(%a: !flex.field<4xf32, samples, @image>, %b: !flex.field<4xf32>):
    %0 = flex.sub %a, %b : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    flex.yield %0 : !flex.field<4xf32, samples, @image>
  }
  flex.yield %y : !flex.field<4xf32, samples, @image>
}
flex.network "forward" @across(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"}) -> (!flex.field<8xf32, samples, @image> {flex.out = "output"}) {
  %s = flex.points(%x) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>) -> !flex.field<8xf32> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>):
    %0 = flex.sum %a {axes = array<i64>, samples, space} : !flex.field<8xf32, samples, @image> -> !flex.field<8xf32>
    flex.yield %0 : !flex.field<8xf32>
  }
  %t = flex.points(%s) : (!flex.field<8xf32>) -> !flex.field<8xf32> {
  ^bb0(%a: !flex.field<8xf32>):
    %0 = flex.sum %a {axes = array<i64: 0>} : !flex.field<8xf32> -> !flex.field<f32>
    %1 = flex.broadcast %0 : !flex.field<f32> -> !flex.field<8xf32>
    flex.yield %1 : !flex.field<8xf32>
  }
  %y = flex.points(%x, %t) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>, !flex.field<8xf32>) -> !flex.field<8xf32, samples, @image> {
  ^bb0(%a: !flex.field<8xf32, samples, @image>, %b: !flex.field<8xf32>):
    %0 = flex.sub %a, %b : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
    flex.yield %0 : !flex.field<8xf32, samples, @image>
  }
  flex.yield %y : !flex.field<8xf32, samples, @image>
}
