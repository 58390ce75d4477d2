// RUN: flex-opt %s --split-input-file --verify-diagnostics

flex.network "forward" @relayout_c1(%x: !flex.field<3xf32, samples> {flex.bind = "input"})
    -> (!flex.field<3xf32> {flex.out = "metric"}) {
  // expected-error @+1 {{relayout_c1}}
  %y = flex.relayout %x : !flex.field<3xf32, samples> -> !flex.field<3xf32>
  flex.yield %y : !flex.field<3xf32>
}

// -----

flex.network "forward" @points_c3(%x: !flex.field<3xf32, samples, plain> {flex.bind = "input"})
    -> (!flex.field<3xf32, samples, plain> {flex.out = "output"}) {
  // expected-error @+1 {{points_c3}}
  %y = flex.points(%x) attributes {samples} : (!flex.field<3xf32, samples, plain>) -> !flex.field<3xf32, samples, plain> {
  ^bb0(%a: !flex.field<3xf32, samples, plain>):
    flex.yield %a : !flex.field<3xf32, samples, plain>
  }
  flex.yield %y : !flex.field<3xf32, samples, plain>
}

// -----

// Arithmetic is on lanes.
flex.network "forward" @broadcast_c1(%x: !flex.field<3xf32, samples, plain> {flex.bind = "input"})
    -> (!flex.field<3xf32, samples> {flex.out = "output"}) {
  // expected-error @+1 {{broadcast_c1}}
  %y = flex.add %x, %x : !flex.field<3xf32, samples, plain>, !flex.field<3xf32, samples, plain>
  flex.yield %y : !flex.field<3xf32, samples>
}

// -----

// expected-error @+1 {{channels_last is a layout of samples over a space}}
flex.state @a : !flex.field<3xf32, samples, channels_last> {authors = ""}

// -----

// expected-error @+1 {{a value without a domain has no layout}}
flex.state @a : !flex.field<3xf32, plain> {authors = ""}
