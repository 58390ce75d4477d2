// RUN: flex-opt %s --flex-fuse-points --split-input-file --verify-diagnostics

flex.space @taps {rank = 2 : i64, taps}
flex.network "sizes" @extent(%sigma: !flex.field<2xf32> {flex.bind = "parameter:sigma"})
    -> (!flex.field<2xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  %z = flex.div %p, %sigma : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  %m = flex.sum %z {axes = array<i64: 0>} : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>
  // expected-error @+1 {{must be replaced by `flex-derive-extents` before}}
  %lo, %hi = flex.extent %m {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<2xf32>, !flex.field<2xf32>)
  flex.yield %lo : !flex.field<2xf32>
}
