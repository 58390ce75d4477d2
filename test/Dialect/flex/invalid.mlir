// RUN: flex-opt %s -split-input-file -verify-diagnostics

// One section per rule; each is named after its key.

// expected-error @below {{network_c1: unknown role 'train'; one of initialise, forward, loss}}
flex.network "train" @network_c1() {
  flex.yield
}

// -----

// expected-error @below {{network_c2: argument 0 has no 'flex.bind'}}
flex.network "forward" @network_c2(%x: !flex.field<f32>) {
  flex.yield
}

// -----

// expected-error @below {{network_c3: result 0 has no 'flex.out'}}
flex.network "forward" @network_c3(%x: !flex.field<f32> {flex.bind = "input"}) -> !flex.field<f32> {
  flex.yield %x : !flex.field<f32>
}

// -----

// expected-error @below {{'flex.bind' must be one of parameter:, state:, setting:, input}}
flex.network "forward" @bind_kind(%x: !flex.field<f32> {flex.bind = "image"}) {
  flex.yield
}

// -----

// A kind that wants a name.
// expected-error @below {{got "parameter:"}}
flex.network "forward" @bind_name(%x: !flex.field<f32> {flex.bind = "parameter:"}) {
  flex.yield
}

// -----

// expected-error @below {{unknown attribute 'flex.from', expected 'flex.bind'}}
flex.network "forward" @bind_attribute(%x: !flex.field<f32> {flex.bind = "input", flex.from = "input"}) {
  flex.yield
}

// -----

// expected-error @below {{'flex.out' must be one of output, loss, metric}}
flex.network "forward" @out_kind(%x: !flex.field<f32> {flex.bind = "input"}) -> (!flex.field<f32> {flex.out = "logits"}) {
  flex.yield %x : !flex.field<f32>
}

// -----

flex.network "forward" @yield_c1(%x: !flex.field<f32> {flex.bind = "input"}) -> (!flex.field<2xf32> {flex.out = "output"}) {
  // expected-error @below {{yield_c1: yields '!flex.field<f32>', its parent has '!flex.field<2xf32>'}}
  flex.yield %x : !flex.field<f32>
}

// -----

flex.network "forward" @points_c1(%x: !flex.field<f32, samples> {flex.bind = "input"}) {
  // expected-error @below {{points_c1: the block's arguments must be the operands}}
  %0 = flex.points (%x) attributes {samples} : (!flex.field<f32, samples>) -> !flex.field<2xf32, samples> {
  ^bb0(%a: !flex.field<2xf32, samples>):
    flex.yield %a : !flex.field<2xf32, samples>
  }
  flex.yield
}

// -----

flex.network "forward" @points_c2(%x: !flex.field<1xf32, samples, @time> {flex.bind = "input"},
                                  %k: !flex.field<1x1xf32, @taps> {flex.bind = "parameter:k"}) {
  // expected-error @below {{points_c2: 'flex.correlate' is not point-local}}
  %0 = flex.points (%x, %k) attributes {samples, space = @time} : (!flex.field<1xf32, samples, @time>, !flex.field<1x1xf32, @taps>) -> !flex.field<1xf32, samples, @time> {
  ^bb0(%a: !flex.field<1xf32, samples, @time>, %b: !flex.field<1x1xf32, @taps>):
    %y = flex.correlate %a, %b : (!flex.field<1xf32, samples, @time>, !flex.field<1x1xf32, @taps>) -> !flex.field<1xf32, samples, @time>
    flex.yield %y : !flex.field<1xf32, samples, @time>
  }
  flex.yield
}

// -----

flex.network "forward" @constant_c1() {
  // expected-error @below {{constant_c1: has 2 numbers for 3 channels}}
  %0 = flex.constant [1.0, 2.0] : !flex.field<3xf32>
  flex.yield
}

// -----

flex.network "forward" @broadcast_c1_channels(%x: !flex.field<3xf32> {flex.bind = "parameter:x"}, %y: !flex.field<2xf32> {flex.bind = "parameter:y"}) {
  // expected-error @below {{broadcast_c1: cannot combine '!flex.field<3xf32>' with '!flex.field<2xf32>'}}
  %0 = flex.add %x, %y : !flex.field<3xf32>, !flex.field<2xf32>
  flex.yield
}

// -----

flex.network "forward" @broadcast_c1_spaces(%x: !flex.field<f32, @a> {flex.bind = "parameter:x"}, %y: !flex.field<f32, @b> {flex.bind = "parameter:y"}) {
  // expected-error @below {{broadcast_c1: cannot combine '!flex.field<f32, @a>' with '!flex.field<f32, @b>'}}
  %0 = flex.cmp lt %x, %y : !flex.field<f32, @a>, !flex.field<f32, @b>
  flex.yield
}

// -----

flex.network "forward" @broadcast_c1_elements(%x: !flex.field<f32> {flex.bind = "parameter:x"}, %y: !flex.field<f64> {flex.bind = "parameter:y"}) {
  // expected-error @below {{broadcast_c1: cannot combine '!flex.field<f32>' with '!flex.field<f64>'}}
  %0 = flex.pow %x, %y : !flex.field<f32>, !flex.field<f64>
  flex.yield
}

// -----

flex.network "forward" @broadcast_c2(%x: !flex.field<3xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{broadcast_c2: '!flex.field<3xf32, samples>' does not broadcast to '!flex.field<3xf32>'}}
  %0 = flex.broadcast %x : !flex.field<3xf32, samples> -> !flex.field<3xf32>
  flex.yield
}

// -----

flex.network "forward" @select_c1(%x: !flex.field<3xf32> {flex.bind = "parameter:x"}, %c: !flex.field<f32, samples> {flex.bind = "input"}) {
  // expected-error @below {{select_c1: '!flex.field<f32, samples>' does not broadcast to '!flex.field<3xf32>'}}
  %0 = flex.select %c, %x, %x : (!flex.field<f32, samples>, !flex.field<3xf32>, !flex.field<3xf32>) -> !flex.field<3xf32>
  flex.yield
}

// -----

flex.network "forward" @reshape_c1(%x: !flex.field<6xf32> {flex.bind = "parameter:x"}) {
  // expected-error @below {{reshape_c1: '!flex.field<6xf32>' and '!flex.field<2x2xf32>' do not hold the same channels}}
  %0 = flex.reshape %x : !flex.field<6xf32> -> !flex.field<2x2xf32>
  flex.yield
}

// -----

flex.network "forward" @extract_c1(%x: !flex.field<2x3xf32> {flex.bind = "parameter:x"}) {
  // expected-error @below {{extract_c1: index 3 is outside the last channel axis of '!flex.field<2x3xf32>'}}
  %0 = flex.extract %x[3] : !flex.field<2x3xf32> -> !flex.field<2xf32>
  flex.yield
}

// -----

flex.network "forward" @extract_c2(%x: !flex.field<2x3xf32> {flex.bind = "parameter:x"}) {
  // expected-error @below {{extract_c2: the result must be '!flex.field<2xf32>'}}
  %0 = flex.extract %x[0] : !flex.field<2x3xf32> -> !flex.field<3xf32>
  flex.yield
}

// -----

flex.network "forward" @stack_c1() {
  // expected-error @below {{stack_c1: needs a value}}
  %0 = flex.stack : () -> !flex.field<1xf32>
  flex.yield
}

// -----

flex.network "forward" @stack_c2(%x: !flex.field<2xf32> {flex.bind = "parameter:x"}) {
  // expected-error @below {{stack_c2: the result must have the operands' axes and one of 2}}
  %0 = flex.stack %x, %x : (!flex.field<2xf32>, !flex.field<2xf32>) -> !flex.field<4xf32>
  flex.yield
}

// -----

flex.network "forward" @stack_c3(%x: !flex.field<2xf32> {flex.bind = "parameter:x"}, %y: !flex.field<3xf32> {flex.bind = "parameter:y"}) {
  // expected-error @below {{stack_c3: operands must have one shape}}
  %0 = flex.stack %x, %y : (!flex.field<2xf32>, !flex.field<3xf32>) -> !flex.field<2x2xf32>
  flex.yield
}

// -----

flex.network "forward" @stack_c4(%x: !flex.field<f32, samples> {flex.bind = "input"}) {
  // expected-error @below {{stack_c4: '!flex.field<f32, samples>' has a domain that the result lacks}}
  %0 = flex.stack %x, %x : (!flex.field<f32, samples>, !flex.field<f32, samples>) -> !flex.field<2xf32>
  flex.yield
}

// -----

flex.network "forward" @linear_c1(%w: !flex.field<4x3xf32> {flex.bind = "parameter:w"}, %x: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{linear_c1: weight '!flex.field<4x3xf32>' does not map '!flex.field<2xf32, samples>' to '!flex.field<4xf32, samples>'}}
  %0 = flex.linear %w, %x : (!flex.field<4x3xf32>, !flex.field<2xf32, samples>) -> !flex.field<4xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @linear_c2(%w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %x: !flex.field<2xf32, samples> {flex.bind = "input"}, %b: !flex.field<2xf32> {flex.bind = "parameter:b"}) {
  // expected-error @below {{linear_c2: bias '!flex.field<2xf32>' is not [4]}}
  %0 = flex.linear %w, %x bias %b : (!flex.field<4x2xf32>, !flex.field<2xf32, samples>, !flex.field<2xf32>) -> !flex.field<4xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @linear_c3(%w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %x: !flex.field<2xf32, samples> {flex.bind = "input"}, %s: !flex.field<f32> {flex.bind = "parameter:s"}) {
  // expected-error @below {{linear_c3: scale must be one number per point of the result's domain}}
  %0 = flex.linear %w, %x scaled %s : (!flex.field<4x2xf32>, !flex.field<2xf32, samples>, !flex.field<f32>) -> !flex.field<4xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @linear_transposed_c1(%w: !flex.field<4x2xf32> {flex.bind = "parameter:w"}, %g: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{linear_transposed_c1: weight '!flex.field<4x2xf32>' does not take '!flex.field<2xf32, samples>' back to '!flex.field<4xf32, samples>'}}
  %0 = flex.linear_transposed %w, %g : (!flex.field<4x2xf32>, !flex.field<2xf32, samples>) -> !flex.field<4xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @one_hot_c1(%x: !flex.field<2xf32, samples> {flex.bind = "target"}) {
  // expected-error @below {{one_hot_c1: '!flex.field<2xf32, samples>' is no class number for '!flex.field<10xf32, samples>'}}
  %0 = flex.one_hot %x : !flex.field<2xf32, samples> -> !flex.field<10xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @channel_reduction_c1(%x: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{channel_reduction_c1: '!flex.field<2xf32, samples>' has no last channel axis that leaves '!flex.field<2xf32, samples>'}}
  %0 = flex.argmax %x : !flex.field<2xf32, samples> -> !flex.field<2xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @sum_c1(%x: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{sum_c1: '!flex.field<2xf32, samples>' has no channel axis 1}}
  %0 = flex.sum %x {axes = array<i64: 1>} : !flex.field<2xf32, samples> -> !flex.field<2xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @sum_c2(%x: !flex.field<2x3xf32> {flex.bind = "parameter:x"}) {
  // expected-error @below {{sum_c2: axes must be in order}}
  %0 = flex.sum %x {axes = array<i64: 1, 0>} : !flex.field<2x3xf32> -> !flex.field<f32>
  flex.yield
}

// -----

flex.network "forward" @sum_c3(%x: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{sum_c3: '!flex.field<2xf32, samples>' does not have the domain that is summed over}}
  %0 = flex.sum %x {axes = array<i64>, space} : !flex.field<2xf32, samples> -> !flex.field<2xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @sum_c4(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}) {
  // expected-error @below {{sum_c4: the result must be '!flex.field<2xf32, samples>'}}
  %0 = flex.sum %x {axes = array<i64>, space} : !flex.field<2xf32, samples, @image> -> !flex.field<2xf32>
  flex.yield
}

// -----

flex.network "forward" @outer_c1(%x: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{outer_c1: '!flex.field<2x3xf32>' is not the outer product of}}
  %0 = flex.outer %x, %x : (!flex.field<2xf32, samples>, !flex.field<2xf32, samples>) -> !flex.field<2x3xf32>
  flex.yield
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @positions_c2() {
  // expected-error @below {{positions_c2: @taps has 2 axes, the result is '!flex.field<1xf32, @taps>'}}
  %0 = flex.positions @taps : !flex.field<1xf32, @taps>
  flex.yield
}

// -----

flex.network "forward" @space_c1() {
  // expected-error @below {{space_c1: no space @tapes is declared}}
  %0 = flex.rate @tapes : !flex.field<f32>
  flex.yield
}

// -----

flex.network "forward" @space_c1_count() {
  // expected-error @below {{space_c1: no space @image is declared}}
  %0 = flex.count {space = @image} : !flex.field<f32>
  flex.yield
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @positions_c1() {
  // expected-error @below {{positions_c1: the result must be coordinates over @taps}}
  %0 = flex.positions @taps : !flex.field<2xf32, @image>
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @crop_c1(%x: !flex.field<2xf32> {flex.bind = "parameter:x"}) {
  // expected-error @below {{crop_c1: a box has a low and a high corner}}
  flex.crop @taps of @image within %x : !flex.field<2xf32> {points = affine_map<(n) -> (n)>}
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @crop_c2() {
  // expected-error @below {{crop_c2: 'points' must map one size to one size}}
  flex.crop @taps of @image {points = affine_map<(n, m) -> (n)>}
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @past {rank = 1 : i64, taps}
flex.network "forward" @crop_c3() {
  // expected-error @below {{crop_c3: @past has another rank than @image}}
  flex.crop @past of @image {points = affine_map<(n) -> (n)>}
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @half {rank = 2 : i64}
flex.network "forward" @crop_c3_data(%x: !flex.field<f32> {flex.bind = "parameter:x"}) {
  // expected-error @below {{crop_c3: @half is no space of taps: all of its points are kept}}
  flex.crop @half of @image within %x : !flex.field<f32>
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @crop_c1_reach() {
  // expected-error @below {{crop_c1: without 'points' the box is one number, the reach}}
  flex.crop @taps of @image
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @crop_c4() {
  // expected-error @below {{crop_c4: 'keep_late' without 'causal'}}
  flex.crop @taps of @image {points = affine_map<(n) -> (n)>, keep_late}
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.network "forward" @subsample_c1(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"}) {
  // expected-error @below {{subsample_c1: '!flex.field<3xf32, samples, @image>' is not '!flex.field<3xf32, samples, @image>' over another space}}
  %y = flex.subsample %x {stride = 2 : i64} : !flex.field<3xf32, samples, @image> -> !flex.field<3xf32, samples, @image>
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @half {rank = 2 : i64}
flex.network "forward" @subsample_c2(%x: !flex.field<3xf32, samples, @half> {flex.bind = "input"}) {
  // expected-error @below {{subsample_c2: a stride is at least 2, not 1}}
  %y = flex.spread %x {stride = 1 : i64} : !flex.field<3xf32, samples, @half> -> !flex.field<3xf32, samples, @image>
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @half {rank = 1 : i64}
flex.network "forward" @subsample_rank(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"}) {
  // expected-error @below {{space_c1: the spaces have different ranks}}
  %y = flex.subsample %x {stride = 2 : i64} : !flex.field<3xf32, samples, @image> -> !flex.field<3xf32, samples, @half>
  flex.yield
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @to_taps_c1(%w: !flex.field<4x3x9xf32> {flex.bind = "parameter:w"}) {
  // expected-error @below {{to_taps_c1: '!flex.field<4xf32, @taps>' does not hold the last axis of '!flex.field<4x3x9xf32>' as points}}
  %k = flex.to_taps %w {dilation = 1 : i64} : !flex.field<4x3x9xf32> -> !flex.field<4xf32, @taps>
  flex.yield
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @to_taps_c2(%k: !flex.field<4x3xf32, @taps> {flex.bind = "input"}) {
  // expected-error @below {{to_taps_c2: a dilation is at least 1, not 0}}
  %w = flex.from_taps %k {dilation = 0 : i64} : !flex.field<4x3xf32, @taps> -> !flex.field<4x3x9xf32>
  flex.yield
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @to_taps_c3(%w: !flex.field<4x3x8xf32> {flex.bind = "parameter:w"}) {
  // expected-error @below {{to_taps_c3: the last axis of '!flex.field<4x3x8xf32>' is no grid of rank 2}}
  %k = flex.to_taps %w {dilation = 1 : i64} : !flex.field<4x3x8xf32> -> !flex.field<4x3xf32, @taps>
  flex.yield
}

// -----

flex.network "forward" @last_c1(%x: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{last_c1: '!flex.field<2xf32, samples>' is not one step of '!flex.field<2xf32, samples>'}}
  %0 = flex.last %x : !flex.field<2xf32, samples> -> !flex.field<2xf32, samples>
  flex.yield
}

// -----

flex.network "forward" @correlate_c1(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<4x3xf32, @taps> {flex.bind = "parameter:k"}) {
  // expected-error @below {{correlate_c1: taps '!flex.field<4x3xf32, @taps>' do not map '!flex.field<2xf32, samples, @image>' to '!flex.field<4xf32, samples, @image>'}}
  %0 = flex.correlate %x, %k : (!flex.field<2xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield
}

// -----

flex.network "forward" @correlate_c2(%x: !flex.field<2xf32, samples> {flex.bind = "input"}, %k: !flex.field<4x2xf32, @taps> {flex.bind = "parameter:k"}) {
  // expected-error @below {{correlate_c2: needs samples over a space, and taps over one of their own}}
  %0 = flex.correlate %x, %k : (!flex.field<2xf32, samples>, !flex.field<4x2xf32, @taps>) -> !flex.field<4xf32, samples>
  flex.yield
}

// -----

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @mixture_c1(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"}, %w: !flex.field<7x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<6xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"}) {
  // expected-error @below {{mixture_c1: '!flex.field<7x5xf32>', '!flex.field<5xf32, @taps>', '!flex.field<6xf32>' and '!flex.field<f32, @taps>' make no taps from '!flex.field<2xf32, samples, @time>' to '!flex.field<3xf32, samples, @time>'}}
  %0 = flex.correlate_mixture %x, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<7x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples, @time>
  flex.yield
}

// -----

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @mixture_c1_scale(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"}, %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<5xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"}) {
  // expected-error @below {{mixture_c1:}}
  %0 = flex.correlate_mixture %x, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<5xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples, @time>
  flex.yield
}

// -----

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @mixture_c1_output(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"}, %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<6xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"}) {
  // expected-error @below {{mixture_c1: input, output and basis are vectors}}
  %0 = flex.correlate_mixture %x, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32>
  flex.yield
}

// -----

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @mixture_c2(%x: !flex.field<2xf32, samples> {flex.bind = "input"}, %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<6xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"}) {
  // expected-error @below {{mixture_c2: needs samples over a space}}
  %0 = flex.correlate_mixture %x, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples>
  flex.yield
}

// -----

flex.space @time {rank = 1 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @mixture_c3(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"}, %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<6xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"}) {
  // expected-error @below {{mixture_c3: the output has a mean and deviations, or neither}}
  %0:2 = flex.correlate_mixture %x, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> (!flex.field<3xf32, samples, @time>, !flex.field<3xf32>)
  flex.yield
}

// -----

flex.space @time {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @mixture_c4(%x: !flex.field<2xf32, samples, @time> {flex.bind = "input"}, %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<6xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"}) {
  // expected-error @below {{mixture_c4: causal in 2 dimensions}}
  %0 = flex.correlate_mixture %x, %w, %h, %b, %m {causal} : (!flex.field<2xf32, samples, @time>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples, @time>
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @mixture_c4_ranks(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}, %w: !flex.field<6x5xf32> {flex.bind = "parameter:w"},
    %h: !flex.field<5xf32, @taps> {flex.bind = "parameter:h"}, %b: !flex.field<6xf32> {flex.bind = "parameter:b"},
    %m: !flex.field<f32, @taps> {flex.bind = "parameter:m"}) {
  // expected-error @below {{mixture_c4: "image" has rank 2, "taps" has rank 1}}
  %0 = flex.correlate_mixture %x, %w, %h, %b, %m : (!flex.field<2xf32, samples, @image>, !flex.field<6x5xf32>, !flex.field<5xf32, @taps>, !flex.field<6xf32>, !flex.field<f32, @taps>) -> !flex.field<3xf32, samples, @image>
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 1 : i64, taps}
flex.network "forward" @correlate_c3(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<4x2xf32, @taps> {flex.bind = "parameter:k"}) {
  // expected-error @below {{correlate_c3: "image" has rank 2, "taps" has rank 1}}
  %0 = flex.correlate %x, %k : (!flex.field<2xf32, samples, @image>, !flex.field<4x2xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @correlate_c3_causal(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}, %k: !flex.field<4x2xf32, @taps> {flex.bind = "parameter:k"}) {
  // expected-error @below {{correlate_c3: causal in 2 dimensions}}
  %0 = flex.correlate %x, %k {causal} : (!flex.field<2xf32, samples, @image>, !flex.field<4x2xf32, @taps>) -> !flex.field<4xf32, samples, @image>
  flex.yield
}

// -----

flex.network "forward" @relayout_c1(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}) {
  // expected-error @below {{relayout_c1: '!flex.field<2xf32, samples, @image>' and '!flex.field<3xf32, samples, @image, channels_last>' must differ in their layout alone}}
  %0 = flex.relayout %x : !flex.field<2xf32, samples, @image> -> !flex.field<3xf32, samples, @image, channels_last>
  flex.yield
}

// -----

flex.network "forward" @points_c3(%x: !flex.field<2xf32, samples, @image, plain> {flex.bind = "input"}) {
  // expected-error @below {{points_c3: operands and results must be in lanes, got '!flex.field<2xf32, samples, @image, plain>'}}
  %0 = flex.points (%x) attributes {samples, space = @image} : (!flex.field<2xf32, samples, @image, plain>) -> !flex.field<2xf32, samples, @image, plain> {
  ^bb0(%a: !flex.field<2xf32, samples, @image, plain>):
    flex.yield %a : !flex.field<2xf32, samples, @image, plain>
  }
  flex.yield
}

// -----

flex.network "forward" @points_c4(%x: !flex.field<2xf32, samples> {flex.bind = "input"}) {
  // expected-error @below {{points_c4: a source has one result, over samples and a space, without sums over them}}
  %0 = flex.points (%x) attributes {samples, source} : (!flex.field<2xf32, samples>) -> !flex.field<2xf32, samples> {
  ^bb0(%a: !flex.field<2xf32, samples>):
    flex.yield %a : !flex.field<2xf32, samples>
  }
  flex.yield
}

// -----

flex.network "forward" @points_c4_sum(%x: !flex.field<2xf32, samples, @image> {flex.bind = "input"}) {
  // expected-error @below {{points_c4: a source has one result, over samples and a space, without sums over them}}
  %0 = flex.points (%x) attributes {samples, source, space = @image} : (!flex.field<2xf32, samples, @image>) -> !flex.field<2xf32> {
  ^bb0(%a: !flex.field<2xf32, samples, @image>):
    %s = flex.sum %a {axes = array<i64>, samples, space} : !flex.field<2xf32, samples, @image> -> !flex.field<2xf32>
    flex.yield %s : !flex.field<2xf32>
  }
  flex.yield
}

// -----

// Attributes of the dialect's prefix on ops are the module's own, see ModuleAttributes.h.
// expected-error @below {{unknown attribute 'flex.architectur'; did you mean 'flex.architecture'?}}
module attributes {flex.architectur = "Net"} {
}

// -----

// expected-error @below {{'flex.experiment' must be a string, got 3 : i64}}
module attributes {flex.experiment = 3} {
}

// -----

// expected-error @below {{'flex.layers' must be an array, got "stem"}}
module attributes {flex.layers = "stem"} {
}

// -----

flex.network "forward" @attribute_of_op(%x: !flex.field<f32> {flex.bind = "input"}) -> (!flex.field<f32> {flex.out = "output"}) {
  // expected-error @below {{unknown attribute 'flex.fused'}}
  %y = flex.neg %x {flex.fused} : !flex.field<f32>
  // Other prefixes are their dialects' business.
  %z = flex.neg %y {mine.fused} : !flex.field<f32>
  flex.yield %z : !flex.field<f32>
}

// -----

// expected-error @below {{'flex.data' belongs to a module}}
flex.network "forward" @attribute_of_network() attributes {flex.data = "{}"} {
  flex.yield
}

// -----

flex.space @image {rank = 2 : i64}
flex.network "forward" @band_c1(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
                                %h: !flex.field<f32> {flex.bind = "setting:h"}) {
  // expected-error @below {{band_c1: needs a value over a space, without samples}}
  %f = flex.band both %x, %h : (!flex.field<3xf32, samples, @image>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @band_c2(%h: !flex.field<f32> {flex.bind = "setting:h"}) {
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  // expected-error @below {{band_c2: the result must be one vector, with a number for each axis of taps}}
  %f = flex.band both %p, %h {total} : (!flex.field<2xf32, @taps>, !flex.field<f32>) -> !flex.field<1xf32>
  flex.yield
}

// -----

flex.space @taps {rank = 2 : i64, taps}
flex.network "forward" @stated_band_c1(%h: !flex.field<2xf32> {flex.bind = "parameter:h"}) {
  %p = flex.positions @taps : !flex.field<2xf32, @taps>
  // expected-error @below {{stated_band_c1: the bound must be one number}}
  %s = flex.stated_band %p below %h : !flex.field<2xf32, @taps>, !flex.field<2xf32>
  flex.yield
}

// -----

flex.network "forward" @nyquist_space_c1() {
  // expected-error @below {{space_c1: no space @taps is declared}}
  %f = flex.nyquist @taps : !flex.field<f32>
  flex.yield
}
