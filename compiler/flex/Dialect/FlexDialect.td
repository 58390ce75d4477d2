// The dialect, its types and attributes.
#ifndef FLEX_DIALECT_TD
#define FLEX_DIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Flex_Dialect : Dialect {
  let name = "flex";
  let cppNamespace = "::flex";
  let description = [{
    Continuous-kernel networks as pure functions over fields.

    A value is a *field*: a tensor of channels at every point of a domain. Functions are pure: parameters, states,
    settings and the random key come in as arguments and go out as results. Nothing here says how a field is laid out
    in memory, how a loop runs or which algorithm a convolution takes.
  }];
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

def Flex_Layout : I32EnumAttr<"Layout", "how a field lies in memory", [
  I32EnumAttrCase<"Lanes", 0, "lanes">, I32EnumAttrCase<"ChannelsLast", 1, "channels_last">,
  I32EnumAttrCase<"Plain", 2, "plain">]> {
  let cppNamespace = "::flex";
}

class Flex_Type<string n, string m> : TypeDef<Flex_Dialect, n> { let mnemonic = m; }

def Flex_FieldType : Flex_Type<"Field", "field"> {
  let summary = "vectors or matrices of channels at the points of a domain";
  let description = [{
    `shape` are the channel axes, known at compile time; none is a scalar. The domain is a product of `samples` (the
    batch) and a `space` (a symbol: the image's pixels, time steps, the taps of one convolution); neither is a
    parameter or a single value. Sizes of samples and spaces are run-time values that belong to the symbol, never to
    a type.

    `layout` is `lanes` until `flex-assign-layouts`, and everywhere but round calls and at the ABI:
    `lanes` is [channels][points], samples innermost and padded; `channels_last` [samples][points][channels], dense;
    `plain` [samples][channels][points], dense, as the runtime hands batches over. Only `relayout` takes one to another.

    Example: `!flex.field<24xf32, samples, @image>`, `!flex.field<32x2xf32>`, `!flex.field<f64, @"stem.taps">`,
    `!flex.field<24xf32, samples, @image, channels_last>`.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::FloatType":$elementType,
                        "bool":$samples, "::mlir::StringAttr":$space, "::flex::Layout":$layout);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let builders = [
    TypeBuilderWithInferredContext<(ins "::llvm::ArrayRef<int64_t>":$shape, "::mlir::FloatType":$elementType,
        CArg<"bool", "false">:$samples, CArg<"::mlir::StringAttr", "{}">:$space,
        CArg<"::flex::Layout", "::flex::Layout::Lanes">:$layout),
      [{ return $_get(elementType.getContext(), shape, elementType, samples, space, layout); }]>
  ];
  let extraClassDeclaration = [{
    int64_t getRank() const { return getShape().size(); }
    /// Product of the channel axes.
    int64_t getNumChannels() const;
    /// Neither samples nor a space: a parameter or a single value.
    bool isUniform() const { return !getSamples() && !getSpace(); }
    bool hasSameDomain(FieldType other) const {
      return getSamples() == other.getSamples() && getSpace() == other.getSpace();
    }
    FieldType withShape(::llvm::ArrayRef<int64_t> shape) const {
      return get(shape, getElementType(), getSamples(), getSpace(), getLayout());
    }
    FieldType withDomainOf(FieldType other) const {
      return get(getShape(), getElementType(), other.getSamples(), other.getSpace(), other.getLayout());
    }
    FieldType withLayout(Layout layout) const {
      return get(getShape(), getElementType(), getSamples(), getSpace(), layout);
    }
    /// The type that `a op b` has: channel axes broadcast from the right, domains are united. Null where they
    /// clash, or are not in lanes.
    static FieldType broadcast(FieldType a, FieldType b);
    /// Whether a value of this type may stand where `wide` is wanted, repeated along what it lacks.
    bool broadcastsTo(FieldType wide) const;
  }];
}
def Flex_Field : DialectType<Flex_Dialect, CPred<"::llvm::isa<::flex::FieldType>($_self)">, "a field", "::flex::FieldType">;
def Flex_UniformField : DialectType<Flex_Dialect,
  CPred<"::llvm::isa<::flex::FieldType>($_self) && ::llvm::cast<::flex::FieldType>($_self).isUniform()">,
  "a field without a domain", "::flex::FieldType">;

def Flex_KeyType : Flex_Type<"Key", "key"> {
  let summary = "the key of one step's random streams (seed and step number)";
}

def Flex_CmpKind : I32EnumAttr<"CmpKind", "comparison of two reals", [
  I32EnumAttrCase<"lt", 0>, I32EnumAttrCase<"le", 1>, I32EnumAttrCase<"gt", 2>,
  I32EnumAttrCase<"ge", 3>, I32EnumAttrCase<"eq", 4>, I32EnumAttrCase<"ne", 5>]> {
  let cppNamespace = "::flex";
}
def Flex_DrawKind : I32EnumAttr<"DrawKind", "a distribution", [
  I32EnumAttrCase<"uniform", 0>, I32EnumAttrCase<"normal", 1>, I32EnumAttrCase<"gamma", 2>]> {
  let cppNamespace = "::flex";
}
def Flex_BandPart : I32EnumAttr<"BandPart", "what of a value's frequencies counts", [
  I32EnumAttrCase<"both", 0>, I32EnumAttrCase<"apart", 1>, I32EnumAttrCase<"windows", 2>]> {
  let cppNamespace = "::flex";
}

#endif
