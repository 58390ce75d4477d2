// Ops that compute a value at a point from others there. Included by FlexOps.td, which has the classes.
#ifndef FLEX_LOCAL_OPS_TD
#define FLEX_LOCAL_OPS_TD

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

#endif
