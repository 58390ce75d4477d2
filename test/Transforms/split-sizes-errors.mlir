// RUN: flex-opt %s --flex-split-sizes -split-input-file -verify-diagnostics

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @from_state(
    // expected-error @below {{the size of @taps must follow from parameters and settings alone, not from 'state:s'}}
    %s: !flex.field<1xf32> {flex.bind = "state:s"}) {
  // expected-note @below {{the size is decided here}}
  flex.crop @taps of @time within %s, %s : !flex.field<1xf32>, !flex.field<1xf32> {points = affine_map<(n) -> (n)>}
  flex.yield
}

// -----

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @from_samples(%s: !flex.field<1xf32> {flex.bind = "parameter:s"}) {
  // expected-error @below {{the size of @taps must follow from parameters and settings alone, not from 'flex.count'}}
  %n = flex.count {samples} : !flex.field<f32>
  %lo = flex.div %s, %n : !flex.field<1xf32>, !flex.field<f32>
  // expected-note @below {{the size is decided here}}
  flex.crop @taps of @time within %lo, %s : !flex.field<1xf32>, !flex.field<1xf32> {points = affine_map<(n) -> (n)>}
  flex.yield
}

// -----

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @one(%s: !flex.field<1xf32> {flex.bind = "parameter:s"}) {
  // expected-note @below {{the other one}}
  flex.crop @taps of @time within %s, %s : !flex.field<1xf32>, !flex.field<1xf32> {points = affine_map<(n) -> (n)>}
  flex.yield
}
flex.network "evaluate" @other(%s: !flex.field<1xf32> {flex.bind = "parameter:t"}) {
  // expected-error @below {{two functions decide the size of @taps in different ways}}
  flex.crop @taps of @time within %s, %s : !flex.field<1xf32>, !flex.field<1xf32> {points = affine_map<(n) -> (n)>}
  flex.yield
}
