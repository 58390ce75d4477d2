// RUN: flex-opt %s --flex-build-training-step -split-input-file -verify-diagnostics

flex.network "loss" @no_rule(%w: !flex.field<3xf32> {flex.bind = "parameter:w"}) -> (!flex.field<f32> {flex.out = "loss"}) {
  // expected-error @below {{the loss depends on parameters through 'flex.argmax', which has no adjoint rule; `detach` its value if no gradient should flow}}
  %m = flex.argmax %w : !flex.field<3xf32> -> !flex.field<f32>
  flex.yield %m : !flex.field<f32>
}

// -----

// Detached, it is no obstacle.
flex.network "loss" @detached(%w: !flex.field<3xf32> {flex.bind = "parameter:w"}) -> (!flex.field<f32> {flex.out = "loss"}) {
  %m = flex.argmax %w : !flex.field<3xf32> -> !flex.field<f32>
  %d = flex.detach %m : !flex.field<f32>
  flex.yield %d : !flex.field<f32>
}

// -----

// expected-error @below {{the loss must be one number, not '!flex.field<f32, samples>'}}
flex.network "loss" @per_sample(%x: !flex.field<f32, samples> {flex.bind = "input"}) -> (!flex.field<f32, samples> {flex.out = "loss"}) {
  flex.yield %x : !flex.field<f32, samples>
}

// -----

// expected-error @below {{a function of role "loss" needs a result 'flex.out = "loss"'}}
flex.network "loss" @none(%x: !flex.field<f32, samples> {flex.bind = "input"}) -> (!flex.field<f32, samples> {flex.out = "output"}) {
  flex.yield %x : !flex.field<f32, samples>
}
