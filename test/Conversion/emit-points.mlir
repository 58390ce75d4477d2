// RUN: flex-opt %s --flex-emit-points --canonicalize --cse | FileCheck %s
// RUN: flex-opt %s --flex-emit-points=vector-bits=256 --canonicalize | FileCheck %s --check-prefix=NARROW
// RUN: not flex-opt %s --flex-emit-points=vector-bits=100 2>&1 | FileCheck %s --check-prefix=WIDTH
// WIDTH: error: 'vector-bits' is 128, 256 or 512, not 100

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}

// A region stays, named after its function; a sum over the domain leaves partials, which "combine" adds up. The space's
// name is not in the code: the second network's region is the same function.
// CHECK-LABEL: flex.network "forward" @scale
// CHECK: flex.points
// CHECK-SAME: combine = @scale.points.0.combine, function = @scale.points.0, in_place = array<i64: 0, 0>, partials = array<i64: 0, 32>
flex.network "forward" @scale(%x: !flex.field<24xf32, samples, @image> {flex.bind = "input"}, %s: !flex.field<24xf32> {flex.bind = "parameter:s"})
    -> (!flex.field<24xf32, samples, @image> {flex.out = "output"}, !flex.field<24xf32> {flex.out = "metric"}) {
  %r:2 = flex.points(%x, %s) attributes {samples, space = @image} : (!flex.field<24xf32, samples, @image>, !flex.field<24xf32>) -> (!flex.field<24xf32, samples, @image>, !flex.field<24xf32>) {
  ^bb0(%a: !flex.field<24xf32, samples, @image>, %b: !flex.field<24xf32>):
    %0 = flex.sqrt %b : !flex.field<24xf32>
    %1 = flex.mul %a, %0 : !flex.field<24xf32, samples, @image>, !flex.field<24xf32>
    %2 = flex.sum %1 {axes = array<i64>, samples, space} : !flex.field<24xf32, samples, @image> -> !flex.field<24xf32>
    flex.yield %1, %2 : !flex.field<24xf32, samples, @image>, !flex.field<24xf32>
  }
  flex.yield %r#0, %r#1 : !flex.field<24xf32, samples, @image>, !flex.field<24xf32>
}

// CHECK-LABEL: flex.network "forward" @again
// CHECK: function = @scale.points.0
flex.network "forward" @again(%x: !flex.field<24xf32, samples, @taps> {flex.bind = "input"}, %s: !flex.field<24xf32> {flex.bind = "parameter:s"})
    -> (!flex.field<24xf32, samples, @taps> {flex.out = "output"}, !flex.field<24xf32> {flex.out = "metric"}) {
  %r:2 = flex.points(%x, %s) attributes {samples, space = @taps} : (!flex.field<24xf32, samples, @taps>, !flex.field<24xf32>) -> (!flex.field<24xf32, samples, @taps>, !flex.field<24xf32>) {
  ^bb0(%a: !flex.field<24xf32, samples, @taps>, %b: !flex.field<24xf32>):
    %0 = flex.sqrt %b : !flex.field<24xf32>
    %1 = flex.mul %a, %0 : !flex.field<24xf32, samples, @taps>, !flex.field<24xf32>
    %2 = flex.sum %1 {axes = array<i64>, samples, space} : !flex.field<24xf32, samples, @taps> -> !flex.field<24xf32>
    flex.yield %1, %2 : !flex.field<24xf32, samples, @taps>, !flex.field<24xf32>
  }
  flex.yield %r#0, %r#1 : !flex.field<24xf32, samples, @taps>, !flex.field<24xf32>
}

// A source has a form for rows as well: of one channel, points in steps, whole vectors of samples, zeros behind the last sample.
// CHECK-LABEL: flex.network "forward" @rows
// CHECK: flex.points
// CHECK-SAME: function = @rows.points.0, in_place = array<i64: 0, 0>, partials = array<i64: 0>, row = @rows.points.0.row, samples, source
flex.network "forward" @rows(%x: !flex.field<24xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<4x24xf32, @taps> {flex.bind = "parameter:k"})
    -> (!flex.field<4xf32, samples, @image> {flex.out = "output"}) {
  %r = flex.points(%x) attributes {samples, source, space = @image} : (!flex.field<24xf32, samples, @image>) -> !flex.field<24xf32, samples, @image> {
  ^bb0(%a: !flex.field<24xf32, samples, @image>):
    %0 = flex.sqrt %a : !flex.field<24xf32, samples, @image>
    flex.yield %0 : !flex.field<24xf32, samples, @image>
  }
  %y = flex.correlate %r, %k : (!flex.field<24xf32, samples, @image>, !flex.field<4x24xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield %y : !flex.field<4xf32, samples, @image>
}

// A matrix product goes block by block, in tiles of rows by vectors.
// CHECK-LABEL: flex.network "forward" @product
// CHECK: function = @product.points.0, partials = array<i64: 0>
flex.network "forward" @product(%w: !flex.field<8x6xf32> {flex.bind = "parameter:w"}, %x: !flex.field<6xf32, @taps> {flex.bind = "input"})
    -> (!flex.field<8xf32, @taps> {flex.out = "output"}) {
  %r = flex.points(%w, %x) attributes {space = @taps} : (!flex.field<8x6xf32>, !flex.field<6xf32, @taps>) -> !flex.field<8xf32, @taps> {
  ^bb0(%a: !flex.field<8x6xf32>, %b: !flex.field<6xf32, @taps>):
    %0 = flex.linear %a, %b : (!flex.field<8x6xf32>, !flex.field<6xf32, @taps>) -> !flex.field<8xf32, @taps>
    flex.yield %0 : !flex.field<8xf32, @taps>
  }
  flex.yield %r : !flex.field<8xf32, @taps>
}

// A result may lie where an operand of its type lies that no later loop reads: the product, which the first loop stores,
// in place of %z alone, as the second loop reads %x again; the difference in place of either.
// CHECK-LABEL: flex.network "forward" @normalised
// CHECK: flex.points
// CHECK-SAME: in_place = array<i64: 0, 1, 1, 0, 1, 1>, partials = array<i64: 0, 0, 0>
flex.network "forward" @normalised(%x: !flex.field<8xf32, samples, @image> {flex.bind = "input"}, %z: !flex.field<8xf32, samples, @image> {flex.bind = "target"})
    -> (!flex.field<8xf32, samples, @image> {flex.out = "output"}) {
  %r:3 = flex.points(%x, %z) attributes {samples, space = @image} : (!flex.field<8xf32, samples, @image>, !flex.field<8xf32, samples, @image>) -> (!flex.field<8xf32, samples, @image>, !flex.field<8xf32, samples, @image>, !flex.field<8xf32>) {
  ^bb0(%a: !flex.field<8xf32, samples, @image>, %b: !flex.field<8xf32, samples, @image>):
    %0 = flex.mul %a, %b : !flex.field<8xf32, samples, @image>, !flex.field<8xf32, samples, @image>
    %1 = flex.sum %0 {axes = array<i64>, samples, space} : !flex.field<8xf32, samples, @image> -> !flex.field<8xf32>
    %2 = flex.sqrt %1 : !flex.field<8xf32>
    %3 = flex.sub %a, %2 : !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
    flex.yield %0, %3, %2 : !flex.field<8xf32, samples, @image>, !flex.field<8xf32, samples, @image>, !flex.field<8xf32>
  }
  flex.yield %r#1 : !flex.field<8xf32, samples, @image>
}

// Arithmetic on parameters is done once per channel, outside the loops over rows and lanes; padding is left out of sums.
// CHECK-LABEL: func.func private @scale.points.0(
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>
// CHECK: scf.for
// CHECK: %[[ROOT:.*]] = math.sqrt {{.*}} : f32
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[WIDE:.*]] = vector.splat %[[ROOT]] : vector<16xf32>
// CHECK: %[[Y:.*]] = arith.mulf %{{.*}}, %[[WIDE]] fastmath<contract> : vector<16xf32>
// CHECK: arith.cmpi slt
// CHECK: arith.select %{{.*}}, %[[Y]]
// CHECK: llvm.store %[[Y]]
// NARROW-LABEL: func.func private @scale.points.0(
// NARROW: arith.mulf {{.*}} : vector<8xf32>

// CHECK-LABEL: func.func private @scale.points.0.combine(
// CHECK-NOT: func.func private @again
// CHECK-LABEL: func.func private @product.points.0(
// CHECK: scf.for %{{.*}} iter_args({{.*}}) -> ({{(vector<16xf32>(, )?)+}})
