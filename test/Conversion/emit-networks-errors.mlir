// RUN: flex-opt %s --flex-emit-points --flex-emit-networks --split-input-file --verify-diagnostics

// What a source computes is nowhere in memory.
module attributes {flex.experiment = "t"} {
  flex.space @image {rank = 2 : i64}
  flex.network "forward" @forward(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}) {
    %0 = flex.points(%x) attributes {samples, source, space = @image} : (!flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> {
    ^bb0(%a: !flex.field<4xf32, samples, @image>):
      %n = flex.neg %a : !flex.field<4xf32, samples, @image>
      flex.yield %n : !flex.field<4xf32, samples, @image>
    }
    %1 = flex.points(%0) attributes {samples, space = @image} : (!flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> { // expected-error {{reads a source, which only convolutions can, as their input}}
    ^bb0(%a: !flex.field<4xf32, samples, @image>):
      %n = flex.neg %a : !flex.field<4xf32, samples, @image>
      flex.yield %n : !flex.field<4xf32, samples, @image>
    }
    flex.yield
  }
}

// -----

// What is shared may be in memory only once a convolution has run.
module attributes {flex.experiment = "t"} {
  flex.space @image {rank = 2 : i64}
  flex.network "forward" @shared(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}) {
    %0 = flex.points(%x) attributes {samples, shared, space = @image} : (!flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> { // expected-error {{is shared, so a convolution has to read it first}}
    ^bb0(%a: !flex.field<4xf32, samples, @image>):
      %n = flex.neg %a : !flex.field<4xf32, samples, @image>
      flex.yield %n : !flex.field<4xf32, samples, @image>
    }
    flex.yield
  }
}

// -----

// The gradient of a convolution computes no rows of what it reads.
module attributes {flex.experiment = "t"} {
  flex.space @image {rank = 2 : i64}
  flex.space @taps {rank = 2 : i64, taps}
  flex.parameter @k : !flex.field<4x4xf32, @taps> {authors = "", tags = []}
  flex.network "loss_and_grad" @gradient_first(%x: !flex.field<4xf32, samples, @image> {flex.bind = "input"}, %g: !flex.field<4xf32, samples, @image> {flex.bind = "target"}, %k: !flex.field<4x4xf32, @taps> {flex.bind = "parameter:k"})
      -> (!flex.field<4x4xf32, @taps> {flex.out = "gradient:k"}) {
    %0 = flex.points(%x) attributes {samples, shared, space = @image} : (!flex.field<4xf32, samples, @image>) -> !flex.field<4xf32, samples, @image> { // expected-error {{is shared, so a convolution has to read it first}}
    ^bb0(%a: !flex.field<4xf32, samples, @image>):
      %n = flex.neg %a : !flex.field<4xf32, samples, @image>
      flex.yield %n : !flex.field<4xf32, samples, @image>
    }
    %d:2 = flex.correlate_grads %g, %k, %0 : (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>, !flex.field<4xf32, samples, @image>) -> (!flex.field<4xf32, samples, @image>, !flex.field<4x4xf32, @taps>)
    flex.yield %d#1 : !flex.field<4x4xf32, @taps>
  }
}
