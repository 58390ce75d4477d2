// The ops. Structure first, then point-local arithmetic, then ops that move values between points.
#ifndef FLEX_OPS_TD
#define FLEX_OPS_TD

include "flex/Dialect/FlexDialect.td"
include "flex/Dialect/FlexInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Flex_Op<string m, list<Trait> t = []> : Op<Flex_Dialect, m, t>;
/// A pure op with an adjoint rule (Adjoints.cpp).
class Flex_DifferentiableOp<string m, list<Trait> t = []>
  : Flex_Op<m, t # [Pure, DeclareOpInterfaceMethods<DifferentiableOpInterface>]>;
/// Of an op that says what it does to frequencies (BandLimits.cpp).
defvar Flex_BandLimit = DeclareOpInterfaceMethods<BandLimitOpInterface>;

//===- Structure: what an experiment owns --------------------------------------------------------------------------===//

def Flex_SpaceOp : Flex_Op<"space", [Symbol]> {
  let summary = "a set of points: pixels, time steps, or the taps of one convolution";
  let description = [{
    Its sizes are run-time values, one record of the sizes table. `taps` marks a sampling grid in [-1,1]^rank whose
    sizes `flex.crop` decides; the others come with the data; `elements` marks the scalars of one group of parameters.

    Example: `flex.space @image {rank = 2 : i64}`
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$rank, UnitAttr:$taps, UnitAttr:$elements);
  let assemblyFormat = "$sym_name attr-dict";
}

def Flex_ParameterOp : Flex_Op<"parameter", [Symbol]> {
  let summary = "a trained value";
  let description = [{
    `authors` is its name in other people's checkpoints ("" where there is none), `tags` its optimiser tags, innermost
    first.

    Example: `flex.parameter @"stem.mask.sigma" : !flex.field<2xf32> {authors = "cconv1.mask_params[:,1]", tags = ["mask"]}`
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, StrAttr:$authors, StrArrayAttr:$tags);
  let assemblyFormat = "$sym_name `:` $type attr-dict";
}

def Flex_StateOp : Flex_Op<"state", [Symbol]> {
  let summary = "a value that the update commits: a running statistic";
  let description = [{
    Example: `flex.state @"norm.running_mean" : !flex.field<24xf32> {authors = "norm1.running_mean"}`
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, StrAttr:$authors);
  let assemblyFormat = "$sym_name `:` $type attr-dict";
}

def Flex_SettingOp : Flex_Op<"setting", [Symbol]> {
  let summary = "a real, duration or size that the user can set when the program runs";
  let description = [{
    `unit`: "real", "epochs", "steps" (both reach compiled code as steps), "size", or "runtime": what the runtime provides,
    by name ("steps per epoch", "stalls").

    Example: `flex.setting @lr {value = 0.01 : f64, unit = "real"}`
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, F64Attr:$value, StrAttr:$unit);
  let assemblyFormat = "$sym_name attr-dict";
}

def Flex_NetworkOp : Flex_Op<"network", [FunctionOpInterface, IsolatedFromAbove]> {
  let summary = "a pure function over fields";
  let description = [{
    `role` says which entry point it becomes: "initialise", "forward", "loss", "evaluate", "update", "require", "sizes",
    and, made by passes, "loss_and_grad", "sample_kernel" and "band_limit". Every argument carries `flex.bind`, one of
    "parameter:<path>", "state:<path>", "setting:<name>", "input", "target", "key", "now" (steps done),
    and in "update" also "weight", "gradient", "moment:<name>". Every result carries `flex.out`: "output", "loss",
    "metric", "parameter:<path>", "state:<path>", "gradient:<path>", "input_gradient", "weight", "moment:<name>", "require:<i>".

    - network_c1: `role` is one of the above
    - network_c2: every argument has `flex.bind`
    - network_c3: every result has `flex.out`

    ```mlir
    flex.network "forward" @forward(%x: !flex.field<3xf32, samples, @image> {flex.bind = "input"},
                                    %b: !flex.field<3xf32> {flex.bind = "parameter:bias"})
        -> (!flex.field<3xf32, samples, @image> {flex.out = "output"}) {
      %y = flex.add %x, %b : !flex.field<3xf32, samples, @image>, !flex.field<3xf32>
      flex.yield %y : !flex.field<3xf32, samples, @image>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type, StrAttr:$role,
    OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    ::mlir::Block &getEntry() { return getBody().front(); }
  }];
}

def Flex_YieldOp : Flex_Op<"yield", [Pure, ReturnLike, Terminator, ParentOneOf<["NetworkOp", "PointsOp"]>]> {
  let summary = "the results of a network or a region";
  let description = [{
    - yield_c1: the operands have the types of the parent's results
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let hasVerifier = 1;
}

def Flex_PointsOp : Flex_Op<"points", [IsolatedFromAbove, Pure, SingleBlock]> {
  let summary = "a fused group of point-local ops over one domain";
  let description = [{
    Made by `flex-fuse-points`. The block's arguments are the operands. Inside are point-local ops, `linear` and its
    adjoints; a value is yielded as it is (a field over the domain) or through a reduction over the domain
    (`sum` over samples/space, `outer`) that stands directly before the yield: one loop nest computes all results.
    `space` is absent where the domain has none; both absent: uniform arithmetic. After `flex-fuse-channels` a region over
    samples and a space that keeps channels apart may also read its own sums, and yield what it computes from them.

    - points_c1: the block's arguments are the operands
    - points_c2: the body is point-local: no convolution, crop, draw, relayout or other region
    - points_c3: operands and results are in the layout `lanes`
  }];
  let arguments = (ins Variadic<AnyType>:$inputs, UnitAttr:$samples, OptionalAttr<FlatSymbolRefAttr>:$space);
  let results = (outs Variadic<Flex_Field>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $inputs `)` attr-dict-with-keyword `:` functional-type($inputs, $results) $body";
  let hasVerifier = 1;
}

//===- Point-local arithmetic --------------------------------------------------------------------------------------===//

def Flex_ConstantOp : Flex_Op<"constant", [Pure, ConstantLike]> {
  let summary = "one number, or one per channel";
  let description = [{
    Numbers are kept in double precision, in row-major order, and rounded to the element type where they are used.

    - constant_c1: as many numbers as channels

    Example: `%c = flex.constant [0.5] : !flex.field<f32>`
  }];
  let arguments = (ins DenseF64ArrayAttr:$value);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "custom<Numbers>($value) attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

class Flex_UnaryOp<string m, string says, bit folds = 1, list<Trait> t = []>
  : Flex_DifferentiableOp<m, t # [SameOperandsAndResultType]> {
  let summary = says;
  let description = "Example: `%y = flex." # m # " %x : !flex.field<3xf32, samples>`";
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand)";
  let hasFolder = folds;
}
def Flex_NegOp  : Flex_UnaryOp<"neg",  "negation, -x", 1, [Flex_BandLimit]>;
def Flex_ExpOp  : Flex_UnaryOp<"exp",  "exponential, e^x", 1, [Flex_BandLimit]>;
def Flex_LogOp  : Flex_UnaryOp<"log",  "natural logarithm">;
def Flex_SinOp  : Flex_UnaryOp<"sin",  "sine; x in radians", 1, [Flex_BandLimit]>;
def Flex_CosOp  : Flex_UnaryOp<"cos",  "cosine; x in radians", 1, [Flex_BandLimit]>;
def Flex_TanhOp : Flex_UnaryOp<"tanh", "hyperbolic tangent">;
def Flex_SqrtOp : Flex_UnaryOp<"sqrt", "square root">;
def Flex_AbsOp  : Flex_UnaryOp<"abs",  "absolute value; the adjoint at 0 is 0">;
def Flex_FloorOp: Flex_UnaryOp<"floor","the largest integer not above x; the adjoint is 0">;
def Flex_DetachOp : Flex_UnaryOp<"detach", "the operand, through which no gradient flows", /*folds=*/0,
                               [Flex_BandLimit]>;

class Flex_BinaryOp<string m, string says, list<Trait> t = []>
  : Flex_DifferentiableOp<m, t # [DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = says;
  let description = [{
    Channel axes broadcast from the right as in NumPy; domains are united: what has no samples or no space is repeated
    along them. So a parameter is added to every pixel without an op that says so.

    - broadcast_c1: channel axes are equal or 1; there is at most one space; both hold f32 or both f64

    Example: `%y = flex.}] # m # [{ %x, %b : !flex.field<24xf32, samples, @image>, !flex.field<24xf32>`
  }];
  let arguments = (ins Flex_Field:$lhs, Flex_Field:$rhs);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def Flex_AddOp : Flex_BinaryOp<"add", "sum, x + y", [Commutative, Flex_BandLimit]>;
def Flex_SubOp : Flex_BinaryOp<"sub", "difference, x - y", [Flex_BandLimit]>;
def Flex_MulOp : Flex_BinaryOp<"mul", "product, x * y", [Commutative, Flex_BandLimit]>;
def Flex_DivOp : Flex_BinaryOp<"div", "quotient, x / y", [Flex_BandLimit]>;
def Flex_MaxOp : Flex_BinaryOp<"max", "the larger; where equal, the gradient goes to y">;
def Flex_MinOp : Flex_BinaryOp<"min", "the smaller; where equal, the gradient goes to y">;
def Flex_PowOp : Flex_BinaryOp<"pow", "power, x^y; the gradient of y needs x > 0", [Flex_BandLimit]>;

def Flex_CmpOp : Flex_DifferentiableOp<"cmp", [DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "1 where the comparison holds, else 0; the adjoint is 0";
  let description = [{
    Broadcasts as arithmetic does (broadcast_c1).

    Example: `%m = flex.cmp lt %x, %y : !flex.field<f32>, !flex.field<f32>`
  }];
  let arguments = (ins Flex_CmpKind:$kind, Flex_Field:$lhs, Flex_Field:$rhs);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$kind $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Flex_SelectOp : Flex_DifferentiableOp<"select"> {
  let summary = "where the condition is not 0 the first value, elsewhere the second";
  let description = [{
    The gradient goes to the value that was taken; none goes to the condition.

    - select_c1: condition and both values broadcast to the result

    Example: `%y = flex.select %c, %x, %zero : (!flex.field<3xf32, samples>, !flex.field<3xf32, samples>, !flex.field<f32>) -> !flex.field<3xf32, samples>`
  }];
  let arguments = (ins Flex_Field:$condition, Flex_Field:$then, Flex_Field:$otherwise);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$condition `,` $then `,` $otherwise attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Flex_BroadcastOp : Flex_DifferentiableOp<"broadcast", [Flex_BandLimit]> {
  let summary = "repeats a value along what the result's type has and the operand lacks";
  let description = [{
    Arithmetic broadcasts by itself; this is for results of functions and for gradients.

    - broadcast_c2: the operand broadcasts to the result

    Example: `%y = flex.broadcast %x : !flex.field<f32> -> !flex.field<24xf32, samples>`
  }];
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Flex_ReshapeOp : Flex_DifferentiableOp<"reshape", [Flex_BandLimit]> {
  let summary = "the same channels in row-major order, with other axes";
  let description = [{
    - reshape_c1: the result has the operand's domain and as many channels

    Example: `%k = flex.reshape %o : !flex.field<1296xf32, @taps> -> !flex.field<36x36xf32, @taps>`
  }];
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Flex_ExtractOp : Flex_DifferentiableOp<"extract", [Flex_BandLimit]> {
  let summary = "one entry of the last channel axis";
  let description = [{
    - extract_c1: `index` is less than the size of the operand's last axis
    - extract_c2: the result has the operand's other axes and its domain

    Example: `%y = flex.extract %p[0] : !flex.field<2xf32, @taps> -> !flex.field<f32, @taps>`
  }];
  let arguments = (ins Flex_Field:$operand, I64Attr:$index);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand `[` $index `]` attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Flex_StackOp : Flex_DifferentiableOp<"stack", [Flex_BandLimit]> {
  let summary = "values of one type side by side along a new last channel axis";
  let description = [{
    - stack_c1: there is at least one operand
    - stack_c2: the result has the operands' axes, then one of as many as there are operands
    - stack_c3: all operands have the same axes
    - stack_c4: an operand has no domain that the result lacks

    Example: `%q = flex.stack %y, %x : (!flex.field<f32, @taps>, !flex.field<f32, @taps>) -> !flex.field<2xf32, @taps>`
  }];
  let arguments = (ins Variadic<Flex_Field>:$operands);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operands attr-dict `:` functional-type($operands, $result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Flex_LinearOp : Flex_DifferentiableOp<"linear", [AttrSizedOperandSegments, Flex_BandLimit]> {
  let summary = "W x + b at every point";
  let description = [{
    `weight` [out, in] and `bias` [out] are uniform, `input` is [in] over any domain. With `scaled s` (one number per
    point) the bias is multiplied by s: so a factor that commutes with the product is taken in before it,
    s (W x + b) = W (s x) + s b, and its gradient needs no result of the product.

    - linear_c1: `weight` is [out, in]: its axes are those of the result and of the input
    - linear_c2: `bias`, where given, is [out]
    - linear_c3: the scale, where given, is one number at every point of the result's domain

    Example: `%y = flex.linear %w, %x bias %b : (...) -> !flex.field<1296xf32, @taps>`
  }];
  let arguments = (ins Flex_UniformField:$weight, Flex_Field:$input, Optional<Flex_UniformField>:$bias,
                       Optional<Flex_Field>:$scale);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = [{ $weight `,` $input (`bias` $bias^)? (`scaled` $scale^)? attr-dict
                          `:` functional-type(operands, results) }];
  let hasVerifier = 1;
}

def Flex_LinearTransposedOp : Flex_DifferentiableOp<"linear_transposed"> {
  let summary = "W^T g at every point: the input gradient of `linear`";
  let description = [{
    - linear_transposed_c1: `weight` is [out, in], the gradient [out], the result [in] over the gradient's domain

    Example: `%gx = flex.linear_transposed %w, %g : (!flex.field<4x3xf32>, !flex.field<4xf32, samples>) -> !flex.field<3xf32, samples>`
  }];
  let arguments = (ins Flex_UniformField:$weight, Flex_Field:$gradient);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$weight `,` $gradient attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Flex_OneHotOp : Flex_Op<"one_hot", [Pure]> {
  let summary = "1 in the channel that the class number names, 0 elsewhere";
  let description = [{
    A class number outside the channels gives 0 everywhere.

    - one_hot_c1: the index is one number per point; the result one vector over the same domain

    Example: `%t = flex.one_hot %class : !flex.field<f32, samples> -> !flex.field<10xf32, samples>`
  }];
  let arguments = (ins Flex_Field:$index);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$index attr-dict `:` type($index) `->` type($result)";
  let hasVerifier = 1;
}
def Flex_ArgMaxOp : Flex_Op<"argmax", [Pure]> {
  let summary = "number of the largest channel (the first, where several are)";
  let description = [{
    - channel_reduction_c1: the result is the operand without its last axis

    Example: `%class = flex.argmax %y : !flex.field<10xf32, samples> -> !flex.field<f32, samples>`
  }];
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}
def Flex_ChannelMaxOp : Flex_DifferentiableOp<"channel_max"> {
  let summary = "the largest entry of the last channel axis; equal ones share its gradient";
  let description = [{
    In a softmax no gradient has to flow through it: `exp(x - detach(channel_max(x)))`.

    - channel_reduction_c1: the result is the operand without its last axis

    Example: `%m = flex.channel_max %y : !flex.field<10xf32, samples> -> !flex.field<f32, samples>`
  }];
  let arguments = (ins Flex_Field:$operand);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}

def Flex_BernoulliOp : Flex_Op<"bernoulli", [Pure]> {
  let summary = "1 with the given probability, else 0: independent at every point and channel";
  let description = [{
    A pure function of the key, the stream's number, the sample's number and the place: computed again, it is the same.

    Example: `%keep = flex.bernoulli %key, %p {stream = 3 : i64} : !flex.field<f32> -> !flex.field<24xf32, samples, @image>`
  }];
  let arguments = (ins Flex_KeyType:$key, Flex_UniformField:$probability, I64Attr:$stream);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$key `,` $probability attr-dict `:` type($probability) `->` type($result)";
}

def Flex_DrawOp : Flex_Op<"draw", [Pure]> {
  let summary = "independent draws for a parameter's start";
  let description = [{
    uniform(a, b) in [a, b); normal(a, b) with mean a and standard deviation b; gamma(a, b) with shape a and rate b.
    `stream` is the parameter's path: adding a layer does not change another layer's draws.

    Example: `%w = flex.draw %key, normal(%zero, %one) {stream = "head.weight"} : (!flex.key, !flex.field<f32>, !flex.field<f32>) -> !flex.field<10x24xf32>`
  }];
  let arguments = (ins Flex_KeyType:$key, Flex_DrawKind:$kind, Flex_UniformField:$a, Flex_UniformField:$b, StrAttr:$stream);
  let results = (outs Flex_UniformField:$result);
  let assemblyFormat = "$key `,` $kind `(` $a `,` $b `)` attr-dict `:` functional-type(operands, results)";
}

//===- Between points ----------------------------------------------------------------------------------------------===//

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

def Flex_CorrelateOp : Flex_DifferentiableOp<"correlate", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
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
def Flex_CorrelateInputGradOp : Flex_Op<"correlate_input_grad", [Pure]> {
  let summary = "the input gradient of `correlate`";
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$taps, UnitAttr:$causal);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$gradient `,` $taps attr-dict `:` functional-type(operands, results)";
}
def Flex_CorrelateKernelGradOp : Flex_Op<"correlate_kernel_grad", [Pure]> {
  let summary = "the taps' gradient of `correlate`";
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$input, UnitAttr:$causal);
  let results = (outs Flex_Field:$result);
  let assemblyFormat = "$gradient `,` $input attr-dict `:` functional-type(operands, results)";
}

def Flex_CorrelateGradsOp : Flex_Op<"correlate_grads", [Pure]> {
  let summary = "both gradients of `correlate`: they share the transform of the result's gradient";
  let description = [{
    Stands for a `correlate_input_grad` and a `correlate_kernel_grad` of the same gradient (made by `flex-pair-gradients`).
  }];
  let arguments = (ins Flex_Field:$gradient, Flex_Field:$taps, Flex_Field:$input, UnitAttr:$causal);
  let results = (outs Flex_Field:$input_gradient, Flex_Field:$taps_gradient);
  let assemblyFormat = "$gradient `,` $taps `,` $input attr-dict `:` functional-type(operands, results)";
}

#endif
