// RUN: flex-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @neutral
// CHECK-SAME: %[[X:[^:]*]]: !flex.field<2xf32, samples>
flex.network "forward" @neutral(%x: !flex.field<2xf32, samples> {flex.bind = "input"})
    -> (!flex.field<2xf32, samples> {flex.out = "output"}) {
  // CHECK-NEXT: flex.yield %[[X]]
  %zero = flex.constant [0.0] : !flex.field<f32>
  %one = flex.constant [1.0, 1.0] : !flex.field<2xf32>
  %a = flex.add %zero, %x : !flex.field<f32>, !flex.field<2xf32, samples>
  %b = flex.sub %a, %zero : !flex.field<2xf32, samples>, !flex.field<f32>
  %c = flex.mul %one, %b : !flex.field<2xf32>, !flex.field<2xf32, samples>
  %d = flex.div %c, %one : !flex.field<2xf32, samples>, !flex.field<2xf32>
  %e = flex.pow %d, %one : !flex.field<2xf32, samples>, !flex.field<2xf32>
  %f = flex.neg %e : !flex.field<2xf32, samples>
  %g = flex.neg %f : !flex.field<2xf32, samples>
  %h = flex.broadcast %g : !flex.field<2xf32, samples> -> !flex.field<2xf32, samples>
  %i = flex.reshape %h : !flex.field<2xf32, samples> -> !flex.field<2x1xf32, samples>
  %j = flex.reshape %i : !flex.field<2x1xf32, samples> -> !flex.field<2xf32, samples>
  %k = flex.sum %j {axes = array<i64>} : !flex.field<2xf32, samples> -> !flex.field<2xf32, samples>
  %l = flex.extract %k[0] : !flex.field<2xf32, samples> -> !flex.field<f32, samples>
  %m = flex.extract %k[1] : !flex.field<2xf32, samples> -> !flex.field<f32, samples>
  %n = flex.stack %l, %m : (!flex.field<f32, samples>, !flex.field<f32, samples>) -> !flex.field<2xf32, samples>
  flex.yield %n : !flex.field<2xf32, samples>
}

// A NaN or an infinity stays one; a neutral number that makes the type stays.
// CHECK-LABEL: @kept
// CHECK-SAME: %[[X:[^:]*]]: !flex.field<f32>
flex.network "forward" @kept(%x: !flex.field<f32> {flex.bind = "parameter:x"})
    -> (!flex.field<f32> {flex.out = "output"}, !flex.field<2xf32> {flex.out = "output"}, !flex.field<2xf32> {flex.out = "output"}) {
  %zero = flex.constant [0.0] : !flex.field<f32>
  %ones = flex.constant [1.0, 1.0] : !flex.field<2xf32>
  // CHECK: flex.mul %[[X]], %{{.*}} : <f32>, <f32>
  %a = flex.mul %x, %zero : !flex.field<f32>, !flex.field<f32>
  // CHECK: flex.mul %[[X]], %{{.*}} : <f32>, <2xf32>
  %b = flex.mul %x, %ones : !flex.field<f32>, !flex.field<2xf32>
  // CHECK: flex.stack %[[X]], %[[X]]
  %c = flex.stack %x, %x : (!flex.field<f32>, !flex.field<f32>) -> !flex.field<2xf32>
  flex.yield %a, %b, %c : !flex.field<f32>, !flex.field<2xf32>, !flex.field<2xf32>
}

// CHECK-LABEL: @constants
flex.network "forward" @constants() -> (!flex.field<2x2xf32> {flex.out = "output"}, !flex.field<2xf32> {flex.out = "output"},
                                        !flex.field<f32> {flex.out = "output"}) {
  // CHECK-DAG: %[[A:.*]] = flex.constant [1.100000e+01, 2.100000e+01, 1.200000e+01, 2.200000e+01] : <2x2xf32>
  // CHECK-DAG: %[[B:.*]] = flex.constant [1.000000e+00, 0.000000e+00] : <2xf32>
  // CHECK-DAG: %[[C:.*]] = flex.constant [2.500000e+00] : <f32>
  // CHECK-NEXT: flex.yield %[[A]], %[[B]], %[[C]]
  %x = flex.constant [10.0, 20.0] : !flex.field<2xf32>
  %y = flex.constant [1.0, 2.0] : !flex.field<2x1xf32>
  %a = flex.add %x, %y : !flex.field<2xf32>, !flex.field<2x1xf32>
  %ten = flex.constant [10.0] : !flex.field<f32>
  %b = flex.cmp le %x, %ten : !flex.field<2xf32>, !flex.field<f32>
  %z = flex.extract %x[1] : !flex.field<2xf32> -> !flex.field<f32>
  %s = flex.stack %z, %ten : (!flex.field<f32>, !flex.field<f32>) -> !flex.field<2xf32>
  %r = flex.reshape %s : !flex.field<2xf32> -> !flex.field<1x2xf32>
  %i = flex.extract %r[0] : !flex.field<1x2xf32> -> !flex.field<1xf32>
  %w = flex.reshape %i : !flex.field<1xf32> -> !flex.field<f32>
  %four = flex.constant [4.0] : !flex.field<f32>
  %q = flex.sqrt %four : !flex.field<f32>
  %h = flex.div %ten, %four : !flex.field<f32>, !flex.field<f32>
  %two = flex.max %q, %h : !flex.field<f32>, !flex.field<f32>
  flex.yield %a, %b, %two : !flex.field<2x2xf32>, !flex.field<2xf32>, !flex.field<f32>
}

// CHECK-LABEL: @choices
// CHECK-SAME: %[[X:[^:]*]]: !flex.field<2xf32, samples> {{.*}}, %[[Y:[^:]*]]: !flex.field<2xf32>
flex.network "forward" @choices(%x: !flex.field<2xf32, samples> {flex.bind = "input"}, %y: !flex.field<2xf32> {flex.bind = "parameter:y"})
    -> (!flex.field<2xf32, samples> {flex.out = "output"}, !flex.field<2xf32, samples> {flex.out = "output"},
        !flex.field<2xf32, samples> {flex.out = "output"}) {
  %yes = flex.constant [3.0] : !flex.field<f32>
  %no = flex.constant [0.0] : !flex.field<f32>
  %mixed = flex.constant [0.0, 1.0] : !flex.field<2xf32>
  // CHECK: %[[MIXED:.*]] = flex.constant [0.000000e+00, 1.000000e+00]
  %a = flex.select %yes, %x, %y : (!flex.field<f32>, !flex.field<2xf32, samples>, !flex.field<2xf32>) -> !flex.field<2xf32, samples>
  // CHECK-NEXT: %[[B:.*]] = flex.broadcast %[[Y]]
  %b = flex.select %no, %x, %y : (!flex.field<f32>, !flex.field<2xf32, samples>, !flex.field<2xf32>) -> !flex.field<2xf32, samples>
  // CHECK-NEXT: %[[C:.*]] = flex.select %[[MIXED]], %[[X]], %[[Y]]
  %c = flex.select %mixed, %x, %y : (!flex.field<2xf32>, !flex.field<2xf32, samples>, !flex.field<2xf32>) -> !flex.field<2xf32, samples>
  // CHECK-NEXT: flex.yield %[[X]], %[[B]], %[[C]]
  flex.yield %a, %b, %c : !flex.field<2xf32, samples>, !flex.field<2xf32, samples>, !flex.field<2xf32, samples>
}

// A broadcast before an op that broadcasts goes, unless it alone makes the type.
// CHECK-LABEL: @broadcasts
// CHECK-SAME: %[[X:[^:]*]]: !flex.field<2xf32, samples> {{.*}}, %[[Y:[^:]*]]: !flex.field<f32>
flex.network "forward" @broadcasts(%x: !flex.field<2xf32, samples> {flex.bind = "input"}, %y: !flex.field<f32> {flex.bind = "parameter:y"})
    -> (!flex.field<2xf32, samples> {flex.out = "output"}, !flex.field<3x2xf32, samples> {flex.out = "output"}) {
  %wide = flex.broadcast %y : !flex.field<f32> -> !flex.field<2xf32, samples>
  // CHECK-NEXT: %[[A:.*]] = flex.mul %[[X]], %[[Y]] : <2xf32, samples>, <f32>
  %a = flex.mul %x, %wide : !flex.field<2xf32, samples>, !flex.field<2xf32, samples>
  // CHECK-NEXT: %[[WIDER:.*]] = flex.broadcast %[[Y]] : <f32> -> <3x2xf32, samples>
  %wider = flex.broadcast %wide : !flex.field<2xf32, samples> -> !flex.field<3x2xf32, samples>
  // CHECK-NEXT: %[[B:.*]] = flex.mul %[[X]], %[[WIDER]]
  %b = flex.mul %x, %wider : !flex.field<2xf32, samples>, !flex.field<3x2xf32, samples>
  // CHECK-NEXT: flex.yield %[[A]], %[[B]]
  flex.yield %a, %b : !flex.field<2xf32, samples>, !flex.field<3x2xf32, samples>
}
