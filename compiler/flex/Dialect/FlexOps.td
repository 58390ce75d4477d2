// The ops: structure here, then point-local arithmetic (FlexLocalOps.td), then ops that move values between points
// (FlexSpaceOps.td).
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

    With `source` the region is not run where it stands, and its result is no memory: the convolutions that read it have a
    row at a time computed when they load it. With `shared` the result is memory that others read, too; the convolution that reads
    it first may have rows computed, and written there, as it comes to them (both made by `flex-find-row-sources`).

    - points_c1: the block's arguments are the operands
    - points_c2: the body is point-local: no convolution, crop, draw, relayout or other region
    - points_c3: operands and results are in the layout `lanes`
    - points_c4: a `source`, or `shared`, region has one result, over samples and a space, without sums over them
  }];
  let arguments = (ins Variadic<AnyType>:$inputs, UnitAttr:$samples, OptionalAttr<FlatSymbolRefAttr>:$space,
                       UnitAttr:$source, UnitAttr:$shared);
  let results = (outs Variadic<Flex_Field>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $inputs `)` attr-dict-with-keyword `:` functional-type($inputs, $results) $body";
  let hasVerifier = 1;
}

include "flex/Dialect/FlexLocalOps.td"
include "flex/Dialect/FlexSpaceOps.td"

#endif
