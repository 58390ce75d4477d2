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
