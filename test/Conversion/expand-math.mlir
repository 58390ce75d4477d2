// RUN: flex-opt %s --flex-expand-math | FileCheck %s

// No function of the mathematics library is left, in vectors and scalars of both types; what is one instruction stays.
// CHECK-LABEL: func.func @all
// CHECK-NOT: math.{{sin|cos|exp|log|tanh|powf}}
// CHECK: math.sqrt
// CHECK-NOT: math.{{sin|cos|exp|log|tanh|powf}}
// CHECK: return
func.func @all(%x: vector<16xf32>, %y: vector<8xf64>, %s: f32, %t: f64) -> (vector<16xf32>, vector<8xf64>, f32, f64) {
  %0 = math.sin %x : vector<16xf32>
  %1 = math.cos %0 : vector<16xf32>
  %2 = math.exp %1 : vector<16xf32>
  %3 = math.log %2 : vector<16xf32>
  %4 = math.tanh %3 : vector<16xf32>
  %5 = math.powf %4, %x : vector<16xf32>
  %6 = math.sqrt %5 : vector<16xf32>
  %7 = math.sin %y : vector<8xf64>
  %8 = math.exp %s : f32
  %9 = math.powf %t, %t : f64
  return %6, %7, %8, %9 : vector<16xf32>, vector<8xf64>, f32, f64
}

// The quotient's rounding is what the reduction relies on: nothing allows reassociation.
// CHECK-LABEL: func.func @sine
// CHECK-NOT: fastmath<{{.*}}{{reassoc|fast|nnan|ninf}}
// CHECK: return
func.func @sine(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.sin %x : vector<16xf32>
  return %0 : vector<16xf32>
}
