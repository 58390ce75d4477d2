// Ops that move values between points, and those that decide which points there are. Included by FlexOps.td, which has the
// classes.
#ifndef FLEX_SPACE_OPS_TD
#define FLEX_SPACE_OPS_TD

def Flex_SumOp : Flex_DifferentiableOp<"sum", [Flex_BandLimit]> {
  let summary = "sum over channel axes, samples, space";
  let description = [{
    `axes` are channel axes (in order); the result keeps the others. A sum over part of the domain keeps the rest.

    - sum_c1: `axes` are channel axes of the operand
    - sum_c2: they are in increasing order
    - sum_c3: the operand has the samples, the space that are summed over
    - sum_c4: the result is what is left

    Example: `%m = flex.sum %x {axes = array<i64>, samples, space} : !flex.field<24xf32, samples, @image> -> !flex.field<24xf32>`
  }];
  let arguments = (ins Flex_Field:$operand, DenseI64ArrayAttr:$axes, UnitAttr:$samples, UnitAttr:$space);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Flex_OuterOp : Flex_Op<"outer", [Pure]> {
  let summary = "sum over the whole domain of g x^T: the weight gradient of `linear`";
  let description = [{
    Without a domain there is nothing to sum: the product alone.

    - outer_c1: the result is [out, in] for a gradient [out] and an input [in] over the same domain

    Example: `%gw = flex.outer %g, %x : (!flex.field<4xf32, samples>, !flex.field<3xf32, samples>) -> !flex.field<4x3xf32>`
  }];
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$input);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "$gradient `,` $input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Flex_CountOp : Flex_Op<"count", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "how many points the domain has: samples, points of the space, or their product";
  let description = [{
    - space_c1: the space is declared in the module

    Example: `%n = flex.count {samples, space = @image} : !flex.field<f32>`
  }];
  let arguments = (ins UnitAttr:$samples, OptionalAttr<FlatSymbolRefAttr>:$space);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}
def Flex_RateOp : Flex_Op<"rate", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "product over the axes of trained size / present size: 1 in training";
  let description = [{
    What a kernel is multiplied with, so that a convolution at another resolution sums to the same.

    - space_c1: the space is declared in the module

    Example: `%r = flex.rate @image : !flex.field<f32>`
  }];
  let arguments = (ins FlatSymbolRefAttr:$space);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "$space attr-dict `:` type($result)";
}

def Flex_PositionsOp
  : Flex_Op<"positions", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>, Flex_BandLimit]> {
  let summary = "coordinates in [-1,1]^d of the (cropped) points of a grid; axis 0 is channel 0";
  let description = [{
    With `pixels` the unit is the distance of two points and 0 the middle of the grid: -2, -1, 0, 1, 2.

    - positions_c1: the result is one vector over the space, without samples
    - positions_c2: it has one channel per axis of the space
    - space_c1: the space is declared in the module

    Example: `%p = flex.positions @taps : !flex.field<2xf32, @taps>`
  }];
  let arguments = (ins FlatSymbolRefAttr:$space, UnitAttr:$pixels);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$space attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Flex_ExtentOp : Flex_Op<"extent", [Pure]> {
  let summary = "the box where a value, a function of positions, reaches `level`";
  let description = [{
    Replaced by closed forms in `flex-derive-extents`; a value it does not understand is an error there.

    Example: `%low, %high = flex.extent %mask {level = 0.1 : f64} : (!flex.field<f32, @taps>) -> (!flex.field<2xf32>, !flex.field<2xf32>)`
  }];
  let arguments = (ins Flex_Field:$value, F64Attr:$level);
  let results = (outs Flex_UniformField:$low, Flex_UniformField:$high);
  let assemblyFormat = "$value attr-dict `:` functional-type(operands, results)";
}

def Flex_BandOp : Flex_Op<"band", [Pure]> {
  let summary = "the highest frequencies of a value, a function of positions, in cycles per unit length";
  let description = [{
    One number for each factor that the value is a product of, the largest over its channels and the axes of space; with
    `total`, one number for each axis: the largest over the channels of the sum of all factors. A wave sin(w p) has the
    frequency |w_a| / (2 pi) along axis a, a window exp(-|A p|^2 / 2) `deviations` sqrt((A^T A)_aa) / (2 pi). A factor is
    a product of waves and windows of the same channel; what linear maps separate are different factors.

    `both` is that; `apart` adds the largest wave and the largest window, whatever their channels and axes, which is above
    the largest sum (and is what the code released with the paper does); `windows` leaves the waves out.

    Replaced by arithmetic on parameters in `flex-derive-bands`; a value with no highest frequency is an error there.

    - band_c1: the value is over a space, without samples
    - band_c2: the result is one vector: with `total` a number for each axis of the space

    Example: `%f = flex.band both %k, %h : (!flex.field<3xf32, @taps>, !flex.field<f32>) -> !flex.field<4xf32>`
  }];
  let arguments = (ins Flex_Field:$value, Flex_UniformField:$deviations, Flex_BandPart:$part, UnitAttr:$total);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "$part $value `,` $deviations attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Flex_StatedBandOp
  : Flex_Op<"stated_band", [Pure, Flex_BandLimit, AllTypesMatch<["operand", "result"]>]> {
  let summary = "the operand, whose highest frequency is stated instead of derived";
  let description = [{
    The bound is in cycles per unit length, one number along every axis. Goes in `flex-derive-bands`.

    - stated_band_c1: the bound is one number

    Example: `%y = flex.stated_band %x below %f : !flex.field<3xf32, @taps>, !flex.field<f32>`
  }];
  let arguments = (ins Flex_Field:$operand, Flex_UniformField:$bound);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand `below` $bound attr-dict `:` type($operand) `,` type($bound)";
  let hasVerifier = 1;
}

def Flex_NyquistOp : Flex_Op<"nyquist", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "half the sampling rate of a grid on [-1, 1], along the axis where it is least";
  let description = [{
    (k - 1) / 4 cycles per unit length for k points, before the crop.

    - space_c1: the space is declared in the module

    Example: `%f = flex.nyquist @taps : !flex.field<f32>`
  }];
  let arguments = (ins FlatSymbolRefAttr:$space);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "$space attr-dict `:` type($result)";
}

def Flex_CropOp : Flex_Op<"crop", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "decides the sizes of a grid of taps, or of points of data that follow from others, on the host";
  let description = [{
    The full grid has `points`(n) points an axis, n being the size of `of` along it. Within a box: not causal, the
    smallest window that is symmetric about the centre and holds the box (from the first i with g_i > -root,
    root = max(|low|, |high|)); causal, the suffix g_i > low, of one point at least. Without a box: all points.

    With `keep_late` a causal grid whose box begins behind the last point keeps all points instead of one, as the code of
    the paper's authors does.

    `points` may be absent: then the box is one number h, the reach, and the grid has 2 h + 1 points along each axis,
    whatever the size of `of`; h is rounded down and between 0 and 1023.

    - crop_c1: a box is a low and a high corner; without `points` it is a reach
    - crop_c2: `points` maps one size to one size
    - crop_c3: both spaces have the same rank; one that is not of taps has neither box nor reach
    - crop_c4: `keep_late` says something about causal grids
    - space_c1: both spaces are declared in the module

    Examples: `flex.crop @taps of @image within %lo, %hi {points = affine_map<(n) -> (n + 1 - n mod 2)>} : ...`,
    `flex.crop @half of @image {points = affine_map<(n) -> ((n + 1) floordiv 2)>}`,
    `flex.crop @taps of @image within %h : !flex.field<f32>`
  }];
  let arguments = (ins FlatSymbolRefAttr:$space, FlatSymbolRefAttr:$of, Variadic<Flex_UniformField>:$box,
                       OptionalAttr<AffineMapAttr>:$points, UnitAttr:$causal, UnitAttr:$keep_late);
  let assemblyFormat = "$space `of` $of (`within` $box^ `:` type($box))? attr-dict";
  let hasVerifier = 1;
}

def Flex_LastOp : Flex_DifferentiableOp<"last"> {
  let summary = "the value at the last time step";
  let description = [{
    - last_c1: the operand is over a space, the result the same without it

    Example: `%y = flex.last %x : !flex.field<30xf32, samples, @time> -> !flex.field<30xf32, samples>`
  }];
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}
def Flex_PlaceLastOp : Flex_DifferentiableOp<"place_last"> {
  let summary = "a value at the last time step, 0 before it: the adjoint of `last`";
  let description = [{
    - last_c1: the result is over a space, the operand the same without it

    Example: `%gx = flex.place_last %g : !flex.field<30xf32, samples> -> !flex.field<30xf32, samples, @time>`
  }];
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}

def Flex_SubsampleOp : Flex_DifferentiableOp<"subsample", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "every `stride`-th point of each axis, from the first on";
  let description = [{
    The result lies over a space of its own, whose sizes a `crop` without a box decides: (n + stride - 1) / stride.

    - subsample_c1: operand and result have samples, channels and a space each, and differ in the space alone
    - subsample_c2: `stride` is at least 2
    - space_c1: both spaces are declared in the module, with the same rank

    Example: `%y = flex.subsample %x {stride = 2 : i64} : !flex.field<16xf32, samples, @image> -> !flex.field<16xf32, samples, @half>`
  }];
  let arguments = (ins Flex_Field:$operand, I64Attr:$stride);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}
def Flex_SpreadOp : Flex_DifferentiableOp<"spread", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a value at every `stride`-th point of each axis, 0 between them: the adjoint of `subsample`";
  let description = [{
    - subsample_c1, subsample_c2: with operand and result exchanged
    - space_c1: both spaces are declared in the module, with the same rank

    Example: `%gx = flex.spread %g {stride = 2 : i64} : !flex.field<16xf32, samples, @half> -> !flex.field<16xf32, samples, @image>`
  }];
  let arguments = (ins Flex_Field:$operand, I64Attr:$stride);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}

def Flex_ToTapsOp : Flex_DifferentiableOp<"to_taps", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the last channel axis of a uniform value becomes the points of a grid of taps, row by row";
  let description = [{
    The taps of an ordinary convolution, which are parameters. With k points an axis the last axis has k^rank entries;
    the grid, whose sizes a `crop` decides, has (k - 1) * dilation + 1 points an axis: between the taps it holds zeros.

    - to_taps_c1: the operand is uniform; the result is over a space and lacks the operand's last axis
    - to_taps_c2: `dilation` is at least 1
    - to_taps_c3: the last axis has as many entries as a grid of the space's rank and some size per axis
    - space_c1: the space is declared in the module

    Example: `%k = flex.to_taps %w {dilation = 1 : i64} : !flex.field<4x3x9xf32> -> !flex.field<4x3xf32, @taps>`
  }];
  let arguments = (ins Flex_UniformField:$operand, I64Attr:$dilation);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}
def Flex_FromTapsOp : Flex_DifferentiableOp<"from_taps", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the taps of a grid as entries of a last channel axis: the adjoint of `to_taps`";
  let description = [{
    - to_taps_c1, to_taps_c2, to_taps_c3: with operand and result exchanged
    - space_c1: the space is declared in the module

    Example: `%gw = flex.from_taps %g {dilation = 1 : i64} : !flex.field<4x3xf32, @taps> -> !flex.field<4x3x9xf32>`
  }];
  let arguments = (ins Flex_Field:$operand, I64Attr:$dilation);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}

def Flex_RelayoutOp : Flex_Op<"relayout", [Pure]> {
  let summary = "the same field in another layout";
  let description = [{
    Made by `flex-assign-layouts`, the only op that takes one layout to another.

    - relayout_c1: the types differ in their layout alone

    Example: `%p = flex.relayout %x : !flex.field<24xf32, samples, @image> -> !flex.field<24xf32, samples, @image, channels_last>`
  }];
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}

defvar Flex_Correlation = DeclareOpInterfaceMethods<CorrelationOpInterface>;

def Flex_CorrelateOp
  : Flex_DifferentiableOp<"correlate", [DeclareOpInterfaceMethods<SymbolUserOpInterface>, Flex_Correlation]> {
  let summary = "cross-correlation of an image or a signal with taps, same size, zeros outside";
  let description = [{
    `input` [in] over samples and a space, `taps` [out, in] over a space of taps of the same rank. Not causal: taps are
    centred, sizes odd. Causal (one axis): the last tap meets the current step.

    - correlate_c1: `taps` is [out, in], `in` that of the input
    - correlate_c2: the input has samples over a space, the taps a space of their own and no samples
    - correlate_c3: both spaces have the same rank; causal only in one dimension

    Example: `%y = flex.correlate %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> !flex.field<4xf32, samples, @image>`
  }];
  let arguments = (ins Flex_Field:$input, Flex_Field:$taps, UnitAttr:$causal);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$input `,` $taps attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}
def Flex_CorrelateMomentsOp : Flex_Op<"correlate_moments", [Pure, Flex_Correlation]> {
  let summary = "`correlate`, and what batch norm wants to know of its result";
  let description = [{
    `mean` and `deviations` are, for each channel of `output`, its mean over samples and points and the sum of the squared
    distances from it. They are gathered while the output is in the near cache. Made by `flex-find-moments`.

    Example: `%y, %m, %v = flex.correlate_moments %x, %k : (!flex.field<3xf32, samples, @image>, !flex.field<4x3xf32, @taps>) -> (!flex.field<4xf32, samples, @image>, !flex.field<4xf32>, !flex.field<4xf32>)`
  }];
  let arguments = (ins Flex_Field:$input, Flex_Field:$taps, UnitAttr:$causal);
  let results = (outs Flex_Field:$output, Flex_UniformField:$mean, Flex_UniformField:$deviations);
  let assemblyFormat = "$input `,` $taps attr-dict `:` functional-type(operands, results)";
}
def Flex_CorrelateMixtureOp
  : Flex_DifferentiableOp<"correlate_mixture", [DeclareOpInterfaceMethods<SymbolUserOpInterface>, Flex_Correlation]> {
  let summary = "`correlate` with taps that are mixtures of a few signals";
  let description = [{
    The taps of a pair p of channels (out, in) are `weight`[p] `basis` + `bias`[p] `scale` at every point of their grid: what
    a kernel network ends with, whose last layer is linear. They need not be in memory: they can be made where a transform
    begins, or, as transforms are linear, mixtures be taken of spectra. Made by `flex-find-mixtures`. With two more results
    it is a `correlate_moments`, too.

    - mixture_c1: `weight` is [out * in, h], `basis` [h] and `scale` [] over a space, `bias` [out * in], and the result has
      `out` channels for an input of `in` channels
    - mixture_c2: the input has samples over a space, basis and scale another space and no samples
    - mixture_c3: there are no results but the output, or its mean and its squared deviations, one number a channel each
    - mixture_c4: both spaces have the same rank; causal only in one dimension

    Example: `%y = flex.correlate_mixture %x, %w, %b, %bias, %m {causal} : (!flex.field<3xf32, samples, @time>, !flex.field<12x8xf32>, !flex.field<8xf32, @taps>, !flex.field<12xf32>, !flex.field<f32, @taps>) -> !flex.field<4xf32, samples, @time>`
  }];
  let arguments = (ins Flex_Field:$input, Flex_UniformField:$weight, Flex_Field:$basis, Flex_UniformField:$bias,
                       Flex_Field:$scale, UnitAttr:$causal);
  let results = (outs Flex_Field:$output, Variadic<Flex_UniformField>:$moments);
  let assemblyFormat = "$input `,` $weight `,` $basis `,` $bias `,` $scale attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}
def Flex_CorrelateMixtureGradsOp : Flex_Op<"correlate_mixture_grads", [Pure, Flex_Correlation]> {
  let summary = "the gradients of `correlate_mixture`";
  let description = [{
    Those of all operands of the mixture, and that of the input where there is a fifth result.
  }];
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$input, Flex_UniformField:$weight, Flex_Field:$basis,
                       Flex_UniformField:$bias, Flex_Field:$scale, UnitAttr:$causal);
  let results = (outs Flex_UniformField:$weight_gradient, Flex_Field:$basis_gradient, Flex_UniformField:$bias_gradient,
                      Flex_Field:$scale_gradient, Optional<Flex_Field>:$input_gradient);
  let assemblyFormat = [{ $gradient `,` $input `,` $weight `,` $basis `,` $bias `,` $scale attr-dict
                          `:` functional-type(operands, results) }];
}
def Flex_CorrelateInputGradOp : Flex_Op<"correlate_input_grad", [Pure, Flex_Correlation]> {
  let summary = "the input gradient of `correlate`";
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$taps, UnitAttr:$causal);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$gradient `,` $taps attr-dict `:` functional-type(operands, results)";
}
def Flex_CorrelateKernelGradOp : Flex_Op<"correlate_kernel_grad", [Pure, Flex_Correlation]> {
  let summary = "the taps' gradient of `correlate`";
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$input, UnitAttr:$causal);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$gradient `,` $input attr-dict `:` functional-type(operands, results)";
}

def Flex_CorrelateGradsOp : Flex_Op<"correlate_grads", [Pure, Flex_Correlation]> {
  let summary = "both gradients of `correlate`: they share the transform of the result's gradient";
  let description = [{
    Stands for a `correlate_input_grad` and a `correlate_kernel_grad` of the same gradient (made by `flex-pair-gradients`).
  }];
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$taps, Flex_Field:$input, UnitAttr:$causal);
  let results = (outs Flex_Field:$input_gradient, Flex_Field:$taps_gradient);
  let assemblyFormat = "$gradient `,` $taps `,` $input attr-dict `:` functional-type(operands, results)";
}

#endif
