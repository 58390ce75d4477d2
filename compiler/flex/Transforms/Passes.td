// Passes on the flex dialect: fields in, fields out. No layouts, loops or targets.
include "mlir/Pass/PassBase.td"

def KeepReports : Pass<"flex-keep-reports", "::mlir::ModuleOp"> {
  let summary = "removes the functions that only training and inference call";
  let description = [{
    Those of the roles `initialise`, `sizes`, `require` and `band_limit` stay: what `flexc check --resolution` runs.
  }];
}
def Simplify : Pass<"flex-simplify", "::mlir::ModuleOp"> {
  let summary = "algebra that makes the backward cheap: folds biases and per-point factors into `linear`";
  let description = [{
    Runs before differentiation, so that the adjoints are those of the cheaper form. Results may change in the last bits.

    - `sum` over the last axis of a uniform [..., n] times a vector [n] becomes `linear`;
    - a uniform vector that is added to a `linear` becomes its bias;
    - a factor s of one number per point moves before a `linear` with more outputs than inputs, also through a reshape:
      s (W x + b) = W (s x) + s b. A mask then scales the 32 hidden values of a kernel network and not its 1296 outputs,
      and its gradient needs no output of the network;
    - x^2, x^0.5 and x^-1 become a product, a square root and a quotient;
    - x / u becomes x * (1 / u) where u is uniform and x is not.

    ```mlir
    %o = flex.linear %w, %h bias %a : (...) -> !flex.field<1296xf32, @taps>
    %k = flex.mul %m, %o : !flex.field<f32, @taps>, !flex.field<1296xf32, @taps>
    ```
    becomes
    ```mlir
    %g = flex.mul %m, %h : !flex.field<f32, @taps>, !flex.field<32xf32, @taps>
    %k = flex.linear %w, %g bias %a scaled %m : (...) -> !flex.field<1296xf32, @taps>
    ```
  }];
}
def ReportBands : Pass<"flex-report-bands", "::mlir::ModuleOp"> {
  let summary = "a function for each grid of taps that says how high the frequencies of its kernel are";
  let description = [{
    For the i-th grid of taps, in the order of their `flex.space`, `@band_limit.<i>` of role `band_limit` yields the
    `flex.band` of the taps that enter `correlate`, in all and along each axis. A grid whose taps depend on samples has
    none. `flex-derive-bands` makes arithmetic of it, or removes it and keeps the reason.
  }];
  let options = [Option<"deviations", "deviations", "double", "2",
                        "standard deviations of a window's spectrum that count">];
}
def DeriveBands : Pass<"flex-derive-bands", "::mlir::ModuleOp"> {
  let summary = "replaces `flex.band` by the closed form of a value's highest frequencies";
  let description = [{
    Calls the band rules (`BandLimitOpInterface`) of the ops that the value is made by: a wave sin(w p) has the frequency
    |w_a| / (2 pi) along axis a, a window exp(-|A p + c|^2 / 2) h sqrt((A^T A)_aa) / (2 pi); products add, linear maps take
    the largest. The result is uniform arithmetic on parameters, so that a penalty on it is differentiated like all else.

    Anything else is an error at the op in the way, with the hint to state a bound: `band f`. In a function of role
    `band_limit` it is none: the function goes, and the reason is kept with the layer, for reports. Afterwards
    `flex.stated_band` is replaced by its operand.
  }];
}
def DeriveExtents : Pass<"flex-derive-extents", "::mlir::ModuleOp"> {
  let summary = "replaces `flex.extent` by the closed form of the box where a window reaches its level";
  let description = [{
    Recognises, as functions of the position p:

    - exp(-|A p + c|^2 / 2), in whatever way it is written: the box is centre +- sqrt(-2 ln level) times
      sqrt((A^T A)^-1_aa) on axis a. Squares must be as many as there are axes; their factors must be known to be
      negative (a number, or made of squares), else the sign belongs inside the square;
    - exp(a p + c) in one dimension: the half line on which it reaches the level, up to the end of the grid.

    The box is uniform arithmetic on parameters. Any other function is an error at the op in the way, with the hint to
    state the box in the source: `extent box(low, high)`.
  }];
}
def SplitSizes : Pass<"flex-split-sizes", "::mlir::ModuleOp"> {
  let summary = "moves every `flex.crop` and what it needs into the function of role `sizes`";
  let description = [{
    Sizes of the grids of taps are decided on the host, before an entry point runs, from parameters and settings alone: a
    box that depends on anything else is an error, and so are two functions that decide the size of one grid differently.
    The crops of all functions become one function `@sizes` without results.

    For the i-th grid of taps, in the order of their `flex.space`, `@sample_kernel.<i>` of role `sample_kernel` computes
    the taps that enter `correlate`. A grid whose taps depend on samples has none.
  }];
}
def FindMixtures : Pass<"flex-find-mixtures", "::mlir::ModuleOp"> {
  let summary = "has convolutions take their taps as mixtures of a few signals, as a kernel network makes them";
  let description = [{
    A `linear` with bias and scale that makes the taps of a `correlate`, and of nothing else, becomes part of it:
    `flex.correlate_mixture`, which may make them where their transform begins, or mix spectra in their place. Before
    differentiation, as the op has gradients of its own.

    ```mlir
    %k = flex.linear %w, %b bias %c scaled %m : (...) -> !flex.field<12xf32, @taps>
    %t = flex.reshape %k : !flex.field<12xf32, @taps> -> !flex.field<4x3xf32, @taps>
    %y = flex.correlate %x, %t {causal} : (...) -> !flex.field<4xf32, samples, @time>
    ```
    becomes
    ```mlir
    %y = flex.correlate_mixture %x, %w, %b, %c, %m {causal} : (...) -> !flex.field<4xf32, samples, @time>
    ```
  }];
}
def BuildTrainingStep : Pass<"flex-build-training-step", "::mlir::ModuleOp"> {
  let options = [Option<"inputGradient", "input-gradient", "bool", "false",
                        "also yields the gradient of the input, as 'input_gradient'">];
  let summary = "differentiates the function of role `loss`, which becomes the one of role `loss_and_grad`";
  let description = [{
    The results of the function stay, and for every argument that is bound to a parameter one result
    `gradient:<path>` is added: the gradient of the result `loss` alone, 0 where none flows. Calls the adjoint rules
    (`DifferentiableOpInterface`) of the ops that depend on a parameter and that the loss depends on; one without a rule
    is an error at its source.

    ```mlir
    flex.network "loss" @loss(%w: !flex.field<f32> {flex.bind = "parameter:w"}) -> (!flex.field<f32> {flex.out = "loss"}) {
      %y = flex.mul %w, %w : !flex.field<f32>, !flex.field<f32>
      flex.yield %y : !flex.field<f32>
    }
    ```
    gets a second result, w + w, with the attribute `flex.out = "gradient:w"`.
  }];
}
def FindMoments : Pass<"flex-find-moments", "::mlir::ModuleOp"> {
  let summary = "has batch norm's mean and variance gathered by the convolution before it, in its last pass";
  let description = [{
    The statistics of a convolution's result, with or without a bias, become results of `flex.correlate_moments`, which
    gathers them row by row before the rows go to memory. The sum of the distances from the mean, which the gradient asks
    for, becomes 0. Results may change in the last bits.

    ```mlir
    %y = flex.correlate %x, %k : (...) -> !flex.field<4xf32, samples, @image>
    %s = flex.sum %y {samples, space} : ... -> !flex.field<4xf32>
    %m = flex.div %s, %count : !flex.field<4xf32>, !flex.field<f32>
    %d = flex.sub %y, %m : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    %q = flex.mul %d, %d : !flex.field<4xf32, samples, @image>, !flex.field<4xf32, samples, @image>
    %v = flex.sum %q {samples, space} : ... -> !flex.field<4xf32>
    ```
    becomes
    ```mlir
    %y, %m, %v = flex.correlate_moments %x, %k : (...) -> (...)
    %d = flex.sub %y, %m : !flex.field<4xf32, samples, @image>, !flex.field<4xf32>
    ```
  }];
}
def PairGradients : Pass<"flex-pair-gradients", "::mlir::ModuleOp"> {
  let summary = "joins the two gradients of a convolution into one `flex.correlate_grads`";
  let description = [{
    A `correlate_input_grad` and a `correlate_kernel_grad` that start from one gradient become one op where the first of
    them stood, if what the second needs is there.

    ```mlir
    %dx = flex.correlate_input_grad %dy, %k : (...) -> !flex.field<3xf32, samples, @image>
    %dk = flex.correlate_kernel_grad %dy, %x : (...) -> !flex.field<4x3xf32, @taps>
    ```
    becomes
    ```mlir
    %dx, %dk = flex.correlate_grads %dy, %k, %x : (...) -> (...)
    ```
  }];
}
def FusePoints : Pass<"flex-fuse-points", "::mlir::ModuleOp"> {
  let summary = "gathers point-local ops into `flex.points` regions; decides what is stored and what computed again";
  let description = [{
    A region is one loop nest over one domain: samples, a space, both, or a single point. Afterwards a network holds
    regions, the ops that are calls (`correlate` and its gradients, `draw`, `crop`, `count`, `rate`) and its yield. A
    region yields fields over its whole domain, or sums: over all of it to uniform values, or over the space alone.

    Stored is what something outside needs: a call, the yield, a region over another domain; and, over samples, a value
    that several ops read and that is dearer to compute again than to load. Everything else is computed again where it is
    needed; over taps that is the whole kernel network, whose backward therefore stores nothing of its forward.

    ```mlir
    %a = flex.relu %x : !flex.field<8xf32, samples, @image>
    %m = flex.sum %a [0] : (...) -> !flex.field<f32, samples, @image>
    ```
    becomes one region that reads `%x` and yields `%m`; `%a` exists only in registers.
  }];
}
def FuseChannels : Pass<"flex-fuse-channels", "::mlir::ModuleOp"> {
  let summary = "joins regions that wait for each other's sums, where everything goes channel by channel";
  let description = [{
    Afterwards a region over samples and a space may read its own sums, and yield numbers that it computes from them for
    each channel. It is emitted as loops over the points of one channel, one after the other, while the channel is in the
    cache; a channel is the least work that a thread takes.

    ```mlir
    %s = flex.points(%x) ... { ... flex.sum %a {samples, space} ... }
    %m = flex.points(%s, %count) { ... flex.div ... }
    %y = flex.points(%x, %m) ... { ... flex.sub ... }
    ```
    becomes
    ```mlir
    %y = flex.points(%x, %count) ... { ... flex.sum %a {samples, space} ... flex.div ... flex.sub ... }
    ```
  }];
}
def FindRowSources : Pass<"flex-find-row-sources", "::mlir::ModuleOp"> {
  let summary = "leaves what only convolutions read to them: they compute it row by row as they load it";
  let description = [{
    A region over samples and a space that has one result, keeps channels apart and is read as the input of convolutions
    and of their taps' gradients alone becomes a `source`, if that moves fewer fields than to store the result, and keeps
    no more fields alive. Every reader computes it again; draws are functions of their place, so that they are the same.
    Where a convolution is the first of several readers the region becomes `shared`: the convolution writes the rows that it
    computes, for the others.

    ```mlir
    %x = flex.points(%y, %m) attributes {samples, space = @image} ... { ... flex.sub ... flex.max ... }
    %z = flex.correlate %x, %k : (...) -> !flex.field<4xf32, samples, @image>
    ```
    becomes
    ```mlir
    %x = flex.points(%y, %m) attributes {samples, source, space = @image} ... { ... flex.sub ... flex.max ... }
    %z = flex.correlate %x, %k : (...) -> !flex.field<4xf32, samples, @image>
    ```
  }];
}
def AssignLayouts : Pass<"flex-assign-layouts", "::mlir::ModuleOp"> {
  let summary = "decides the layout of every value and puts `flex.relayout` where neighbours disagree";
  let description = [{
    Regions read and write `lanes`; a correlation that is a library call has its data `channels_last`; batches come in and
    results go out `plain`, as the ABI has them. A `flex.relayout` stands where a value meets another layout for the
    first time and serves all later uses, so that what a backward pass needs again is not converted twice.
  }];
}
