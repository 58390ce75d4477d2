// RUN: flex-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @fields
// CHECK-SAME: !flex.field<f32>
// CHECK-SAME: !flex.field<32x2xf64>
// CHECK-SAME: !flex.field<24xf32, samples, @image>
// CHECK-SAME: !flex.field<f32, samples>
// CHECK-SAME: !flex.field<f64, @stem.taps>
// CHECK-SAME: !flex.key
flex.network "forward" @fields(
    %a: !flex.field<f32> {flex.bind = "parameter:a"}, %b: !flex.field<32x2xf64> {flex.bind = "parameter:b"},
    %c: !flex.field<24xf32, samples, @image> {flex.bind = "input"}, %d: !flex.field<f32, samples> {flex.bind = "target"},
    %e: !flex.field<f64, @"stem.taps"> {flex.bind = "state:e"}, %f: !flex.key {flex.bind = "key"}) {
  // Numbers keep all their digits.
  // CHECK: flex.constant [0.30000000000000004, 0x7FF0000000000000]
  %n = flex.constant [0.30000000000000004, 0x7FF0000000000000] : !flex.field<2xf64>
  flex.yield
}

// -----

// expected-error @below {{a field holds f32 or f64, not 'f16'}}
flex.parameter @half : !flex.field<f16> {authors = "", tags = []}

// -----

// expected-error @below {{a channel axis of a field must be at least 1, got 0}}
flex.parameter @empty : !flex.field<0xf32> {authors = "", tags = []}

// -----

// expected-error @below {{invalid kind of type specified}}
flex.parameter @integer : !flex.field<2xi32> {authors = "", tags = []}

// -----

// expected-error @below {{expected valid '@'-identifier for symbol name}}
flex.parameter @words : !flex.field<2xf32, channels> {authors = "", tags = []}
