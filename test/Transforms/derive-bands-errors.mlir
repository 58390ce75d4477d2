// RUN: flex-opt %s --flex-derive-bands -split-input-file -verify-diagnostics

// Values without a highest frequency: the error is at the op in the way, a note where the bound was asked for.
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @harmonics(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %a = flex.mul %p, %w : !flex.field<1xf32, @taps>, !flex.field<f32>
  %s = flex.sin %a : !flex.field<1xf32, @taps>
  // expected-error @below {{'sin' of a wave has all its harmonics}}
  %t = flex.sin %s : !flex.field<1xf32, @taps>
  // expected-note @below {{a kernel may state one in its body: `band f`}}
  %f = flex.band both %t, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @kink(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  // expected-error @below {{'max' does not say what it does to frequencies}}
  %a = flex.max %p, %w : !flex.field<1xf32, @taps>, !flex.field<f32>
  // expected-note @below {{asked for here}}
  %f = flex.band both %a, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @unknown_sign(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %q = flex.mul %p, %p : !flex.field<1xf32, @taps>, !flex.field<1xf32, @taps>
  %e = flex.mul %q, %w : !flex.field<1xf32, @taps>, !flex.field<f32>
  // expected-error @below {{not known to be negative: write the factor inside the square}}
  %x = flex.exp %e : !flex.field<1xf32, @taps>
  // expected-note @below {{asked for here}}
  %f = flex.band both %x, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @one_sided(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %e = flex.mul %p, %w : !flex.field<1xf32, @taps>, !flex.field<f32>
  // expected-error @below {{an exponential of an affine map}}
  %x = flex.exp %e : !flex.field<1xf32, @taps>
  // expected-note @below {{asked for here}}
  %f = flex.band both %x, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @grows(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  // expected-error @below {{it grows with the position and is no wave}}
  %e = flex.mul %p, %w : !flex.field<1xf32, @taps>, !flex.field<f32>
  // expected-note @below {{asked for here}}
  %f = flex.band both %e, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @counted_in_points(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  // expected-error @below {{positions that are counted in points}}
  %p = flex.positions @taps {pixels} : !flex.field<1xf32, @taps>
  %s = flex.sin %p : !flex.field<1xf32, @taps>
  // expected-note @below {{asked for here}}
  %f = flex.band both %s, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

// As many results as factors.
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @count(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<2xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %s = flex.sin %p : !flex.field<1xf32, @taps>
  // expected-error @below {{the value has 1 factors, the result 2}}
  %f = flex.band both %s, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<2xf32>
  flex.yield %f : !flex.field<2xf32>
}

// -----

// A report is no demand: what has no bound loses its function, and says nothing.
flex.space @taps {rank = 1 : i64, taps}
flex.network "band_limit" @band_limit.0(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %a = flex.tanh %p : !flex.field<1xf32, @taps>
  %f = flex.band both %a, %w {total} : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

// A Gaussian that is off its centre has to be written as one.
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @square_to_complete(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %q = flex.mul %p, %p : !flex.field<1xf32, @taps>, !flex.field<1xf32, @taps>
  %d = flex.sub %p, %q : !flex.field<1xf32, @taps>, !flex.field<1xf32, @taps>
  // expected-error @below {{'exp' of a polynomial that is no sum of squares of affine maps: complete the square}}
  %x = flex.exp %d : !flex.field<1xf32, @taps>
  // expected-note @below {{asked for here}}
  %f = flex.band both %x, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}

// -----

flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @no_window(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<1xf32> {flex.out = "output"}) {
  %p = flex.positions @taps : !flex.field<1xf32, @taps>
  %s = flex.sin %p : !flex.field<1xf32, @taps>
  // expected-error @below {{a wave is multiplied with something that grows with the position}}
  %x = flex.mul %s, %p : !flex.field<1xf32, @taps>, !flex.field<1xf32, @taps>
  // expected-note @below {{asked for here}}
  %f = flex.band both %x, %w : (!flex.field<1xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield %f : !flex.field<1xf32>
}
