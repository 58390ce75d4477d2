// RUN: flex-opt %s --flex-report-bands | FileCheck %s --check-prefix=ASKED
// RUN: flex-opt %s --flex-report-bands=deviations=1 --flex-derive-bands --canonicalize | FileCheck %s --check-prefix=DERIVED

// One function for each grid of taps, with the value that the convolution gets; a layer that has no bound keeps the reason.
// DERIVED: module attributes {flex.layers = [
// DERIVED-SAME: {{{[^}]*}}path = "wave"
// DERIVED-SAME: no_band = "'tanh' does not say what it does to frequencies
module attributes {flex.layers = [
  {path = "wave", place = "", taps = @wave, data = @time, in = 1 : i64, out = 1 : i64},
  {path = "sharp", place = "", taps = @sharp, data = @time, in = 1 : i64, out = 1 : i64}]} {
flex.space @time {rank = 1 : i64}
flex.space @wave {rank = 1 : i64, taps}
flex.space @sharp {rank = 1 : i64, taps}
flex.network "forward" @forward(%x: !flex.field<1xf64, samples, @time> {flex.bind = "input"},
                                %w: !flex.field<f64> {flex.bind = "parameter:w"})
    -> (!flex.field<1xf64, samples, @time> {flex.out = "output"}) {
  %p = flex.positions @wave : !flex.field<1xf64, @wave>
  %a = flex.mul %p, %w : !flex.field<1xf64, @wave>, !flex.field<f64>
  %s = flex.sin %a : !flex.field<1xf64, @wave>
  %k = flex.reshape %s : !flex.field<1xf64, @wave> -> !flex.field<1x1xf64, @wave>
  %y = flex.correlate %x, %k {causal} : (!flex.field<1xf64, samples, @time>, !flex.field<1x1xf64, @wave>) -> !flex.field<1xf64, samples, @time>
  %q = flex.positions @sharp : !flex.field<1xf64, @sharp>
  %t = flex.tanh %q : !flex.field<1xf64, @sharp>
  %l = flex.reshape %t : !flex.field<1xf64, @sharp> -> !flex.field<1x1xf64, @sharp>
  %z = flex.correlate %y, %l {causal} : (!flex.field<1xf64, samples, @time>, !flex.field<1x1xf64, @sharp>) -> !flex.field<1xf64, samples, @time>
  flex.yield %z : !flex.field<1xf64, samples, @time>
}
}
// ASKED: flex.network "band_limit" @band_limit.0(%[[W:.*]]: !flex.field<f64> {flex.bind = "parameter:w"}) -> (!flex.field<1xf64> {flex.out = "output"})
// ASKED: %[[H:.*]] = flex.constant [2.000000e+00]
// ASKED: flex.band both %{{.*}}, %[[H]] {total} : (!flex.field<1x1xf64, @wave>, !flex.field<f64>) -> !flex.field<1xf64>
// ASKED: flex.network "band_limit" @band_limit.1()
// DERIVED: flex.network "band_limit" @band_limit.0
// DERIVED-NEXT: flex.constant
// DERIVED: flex.channel_max
// DERIVED-NOT: band_limit.1
