// RUN: flex-opt %s | flex-opt | FileCheck %s
// Layouts in the text of types.

// CHECK-LABEL: @round_trip
// CHECK:       flex.relayout %{{.*}} : <3xf32, samples, @image, plain> -> <3xf32, samples, @image>
// CHECK-NEXT:  flex.relayout %{{.*}} : <3xf32, samples, @image> -> <3xf32, samples, @image, channels_last>
flex.network "forward" @round_trip(%x: !flex.field<3xf32, samples, @image, plain> {flex.bind = "input"})
    -> (!flex.field<3xf32, samples, @image, channels_last> {flex.out = "metric"}) {
  %l = flex.relayout %x : !flex.field<3xf32, samples, @image, plain> -> !flex.field<3xf32, samples, @image>
  %c = flex.relayout %l : !flex.field<3xf32, samples, @image> -> !flex.field<3xf32, samples, @image, channels_last>
  flex.yield %c : !flex.field<3xf32, samples, @image, channels_last>
}
