// Verifiers, type inference and assembly of the ops. Adjoint rules are in Adjoints.cpp.
#include "flex/Dialect/Flex.h"

#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace flex;

/// `[0.1, 2.0]`, with as many digits as the numbers need (MLIR's own form of such arrays prints six).
static ParseResult parseNumbers(OpAsmParser &parser, DenseF64ArrayAttr &value) {
  SmallVector<double> numbers;
  auto parseNumber = [&] { return parser.parseFloat(numbers.emplace_back()); };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, parseNumber))
    return failure();
  value = parser.getBuilder().getDenseF64ArrayAttr(numbers);
  return success();
}
static void printNumbers(OpAsmPrinter &printer, Operation *, DenseF64ArrayAttr value) {
  printer << '[';
  llvm::interleaveComma(value.asArrayRef(), printer, [&](double x) { printer.printFloat(APFloat(x)); });
  printer << ']';
}

#define GET_OP_CLASSES
#include "flex/Dialect/FlexOps.cpp.inc"

//===- Structure ---------------------------------------------------------------------------------------------------===//

ParseResult NetworkOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr role;
  if (parser.parseAttribute(role, "role", result.attributes))
    return failure();
  auto type = [](Builder &b, ArrayRef<Type> in, ArrayRef<Type> out, function_interface_impl::VariadicFlag,
                 std::string &) { return b.getFunctionType(in, out); };
  return function_interface_impl::parseFunctionOp(parser, result, /*allowVariadic=*/false,
                                                  getFunctionTypeAttrName(result.name), type,
                                                  getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void NetworkOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getRoleAttr();
  printer << ' ';
  printer.printSymbolName(getSymName());
  function_interface_impl::printFunctionSignature(printer, *this, getArgumentTypes(), false, getResultTypes());
  function_interface_impl::printFunctionAttributes(
      printer, *this, {getFunctionTypeAttrName(), getArgAttrsAttrName(), getResAttrsAttrName(), getRoleAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

LogicalResult NetworkOp::verify() {
  static constexpr StringRef roles[] = {"initialise", "forward", "loss",         "evaluate",
                                        "update",     "require", "loss_and_grad", "sizes", "sample_kernel",
                                        "band_limit"};
  if (!llvm::is_contained(roles, getRole()))
    return emitOpError("network_c1: unknown role '") << getRole() << "'; one of " << llvm::join(ArrayRef(roles), ", ");
  for (unsigned i = 0; i < getNumArguments(); ++i)
    if (!getArgAttr(i, "flex.bind"))
      return emitOpError("network_c2: argument ") << i << " has no 'flex.bind'";
  for (unsigned i = 0; i < getNumResults(); ++i)
    if (!getResultAttr(i, "flex.out"))
      return emitOpError("network_c3: result ") << i << " has no 'flex.out'";
  return success();
}

LogicalResult YieldOp::verify() {
  Operation *parent = (*this)->getParentOp();
  TypeRange expected = isa<NetworkOp>(parent) ? TypeRange(cast<NetworkOp>(parent).getResultTypes())
                                              : TypeRange(parent->getResultTypes());
  if (getOperandTypes() != expected)
    return emitOpError("yield_c1: yields ") << getOperandTypes() << ", its parent has " << expected;
  return success();
}

Operation *flex::firstReader(Value v) {
  Operation *first = nullptr;
  for (Operation *user : v.getUsers())
    first = !first || user->isBeforeInBlock(first) ? user : first;
  return first;
}

Operation *flex::firstConvolution(Value v) {
  Operation *first = firstReader(v);
  auto correlation = dyn_cast_if_present<CorrelationOpInterface>(first);
  if (!correlation || llvm::count(first->getOperands(), v) != 1)
    return nullptr;
  CorrelationFields<Value> fields = correlation.getFields();
  return fields.output && fields.input == v ? first : nullptr;
}

LogicalResult PointsOp::verify() {
  if (getBody().front().getArgumentTypes() != getInputs().getTypes())
    return emitOpError("points_c1: the block's arguments must be the operands");
  for (Operation &op : getBody().front()) {
    if (isa<CorrelationOpInterface, CropOp, PointsOp, DrawOp, RelayoutOp, SubsampleOp, SpreadOp, ToTapsOp, FromTapsOp>(op))
      return emitOpError("points_c2: '") << op.getName() << "' is not point-local";
  }
  for (Type type : llvm::concat<const Type>(llvm::to_vector(getInputs().getTypes()), llvm::to_vector(getResultTypes())))
    if (auto field = dyn_cast<FieldType>(type); field && field.getLayout() != Layout::Lanes)
      return emitOpError("points_c3: operands and results must be in lanes, got ") << field;
  auto isSum = [](SumOp sum) { return sum.getSamples() || sum.getSpace(); };
  if (getSource() && getShared())
    return emitOpError("points_c4: the result of a source is no memory to share");
  if ((getSource() || getShared()) && (!getSamples() || !getSpace() || getNumResults() != 1 ||
                                       llvm::any_of(getBody().front().getOps<SumOp>(), isSum)))
    return emitOpError("points_c4: a source has one result, over samples and a space, without sums over them");
  return success();
}

//===- Point-local arithmetic --------------------------------------------------------------------------------------===//

LogicalResult ConstantOp::verify() {
  int64_t channels = fieldType(getResult()).getNumChannels();
  if (int64_t(getValue().size()) != channels)
    return emitOpError("constant_c1: has ") << getValue().size() << " numbers for " << channels << " channels";
  return success();
}

static LogicalResult inferBroadcast(std::optional<Location> loc, ValueRange operands, SmallVectorImpl<Type> &types) {
  FieldType type = FieldType::broadcast(fieldType(operands[0]), fieldType(operands[1]));
  if (!type)
    return emitOptionalError(loc, "broadcast_c1: cannot combine ", operands[0].getType(), " with ",
                             operands[1].getType());
  types.push_back(type);
  return success();
}

#define FLEX_INFER_BROADCAST(OP)                                                                                       \
  LogicalResult OP::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands, DictionaryAttr,  \
                                     OpaqueProperties, RegionRange, SmallVectorImpl<Type> &types) {                    \
    return inferBroadcast(loc, operands, types);                                                                       \
  }
FLEX_INFER_BROADCAST(AddOp)
FLEX_INFER_BROADCAST(SubOp)
FLEX_INFER_BROADCAST(MulOp)
FLEX_INFER_BROADCAST(DivOp)
FLEX_INFER_BROADCAST(MaxOp)
FLEX_INFER_BROADCAST(MinOp)
FLEX_INFER_BROADCAST(PowOp)
FLEX_INFER_BROADCAST(CmpOp)
#undef FLEX_INFER_BROADCAST

LogicalResult SelectOp::verify() {
  FieldType result = fieldType(getResult());
  for (Value v : getOperands())
    if (!fieldType(v).broadcastsTo(result))
      return emitOpError("select_c1: ") << v.getType() << " does not broadcast to " << result;
  return success();
}

LogicalResult BroadcastOp::verify() {
  if (!fieldType(getOperand()).broadcastsTo(fieldType(getResult())))
    return emitOpError("broadcast_c2: ") << getOperand().getType() << " does not broadcast to " << getResult().getType();
  return success();
}

LogicalResult ReshapeOp::verify() {
  FieldType from = fieldType(getOperand()), to = fieldType(getResult());
  if (from.getNumChannels() != to.getNumChannels() || !from.hasSameDomain(to))
    return emitOpError("reshape_c1: ") << from << " and " << to << " do not hold the same channels";
  return success();
}

LogicalResult ExtractOp::verify() {
  FieldType from = fieldType(getOperand());
  if (from.getShape().empty() || getIndex() >= uint64_t(from.getShape().back()))
    return emitOpError("extract_c1: index ") << getIndex() << " is outside the last channel axis of " << from;
  if (fieldType(getResult()) != from.withShape(from.getShape().drop_back()))
    return emitOpError("extract_c2: the result must be ") << from.withShape(from.getShape().drop_back());
  return success();
}

LogicalResult StackOp::verify() {
  if (getOperands().empty())
    return emitOpError("stack_c1: needs a value");
  SmallVector<int64_t> shape(fieldType(getOperands()[0]).getShape());
  shape.push_back(getOperands().size());
  FieldType result = fieldType(getResult());
  if (shape != result.getShape())
    return emitOpError("stack_c2: the result must have the operands' axes and one of ") << shape.back();
  for (Value v : getOperands()) {
    if (fieldType(v).getShape() != ArrayRef(shape).drop_back())
      return emitOpError("stack_c3: operands must have one shape");
    if (!fieldType(v).broadcastsTo(result.withShape(fieldType(v).getShape())))
      return emitOpError("stack_c4: ") << v.getType() << " has a domain that the result lacks";
  }
  return success();
}

LogicalResult LinearOp::verify() {
  ArrayRef<int64_t> w = fieldType(getWeight()).getShape();
  FieldType input = fieldType(getInput()), result = fieldType(getResult());
  if (w.size() != 2 || input.getShape() != w.drop_front() || result != input.withShape(w.take_front()))
    return emitOpError("linear_c1: weight ") << getWeight().getType() << " does not map " << input << " to " << result;
  if (getBias() && fieldType(getBias()).getShape() != w.take_front())
    return emitOpError("linear_c2: bias ") << getBias().getType() << " is not [" << w[0] << "]";
  if (getScale() && fieldType(getScale()) != result.withShape({}))
    return emitOpError("linear_c3: scale must be one number per point of the result's domain");
  return success();
}

LogicalResult LinearTransposedOp::verify() {
  ArrayRef<int64_t> w = fieldType(getWeight()).getShape();
  FieldType gradient = fieldType(getGradient()), result = fieldType(getResult());
  if (w.size() != 2 || gradient.getShape() != w.take_front() || result != gradient.withShape(w.drop_front()))
    return emitOpError("linear_transposed_c1: weight ") << getWeight().getType() << " does not take " << gradient
                                                        << " back to " << result;
  return success();
}

LogicalResult OneHotOp::verify() {
  FieldType index = fieldType(getIndex()), result = fieldType(getResult());
  if (!index.getShape().empty() || result.getRank() != 1 || !index.hasSameDomain(result))
    return emitOpError("one_hot_c1: ") << index << " is no class number for " << result;
  return success();
}

static LogicalResult verifyChannelReduction(Operation *op) {
  FieldType from = fieldType(op->getOperand(0));
  if (from.getShape().empty() || fieldType(op->getResult(0)) != from.withShape(from.getShape().drop_back()))
    return op->emitOpError("channel_reduction_c1: ") << from << " has no last channel axis that leaves "
                                                     << op->getResult(0).getType();
  return success();
}
LogicalResult ArgMaxOp::verify() { return verifyChannelReduction(*this); }
LogicalResult ChannelMaxOp::verify() { return verifyChannelReduction(*this); }

//===- Between points ----------------------------------------------------------------------------------------------===//

LogicalResult SumOp::verify() {
  FieldType from = fieldType(getOperand());
  SmallVector<int64_t> shape;
  for (int64_t axis : getAxes())
    if (axis < 0 || axis >= from.getRank())
      return emitOpError("sum_c1: ") << from << " has no channel axis " << axis;
  if (!llvm::is_sorted(getAxes()))
    return emitOpError("sum_c2: axes must be in order");
  for (auto [axis, size] : llvm::enumerate(from.getShape()))
    if (!llvm::is_contained(getAxes(), int64_t(axis)))
      shape.push_back(size);
  if ((getSamples() && !from.getSamples()) || (getSpace() && !from.getSpace()))
    return emitOpError("sum_c3: ") << from << " does not have the domain that is summed over";
  auto expected = FieldType::get(shape, from.getElementType(), from.getSamples() && !getSamples(),
                                 getSpace() ? StringAttr() : from.getSpace());
  if (getResult().getType() != expected)
    return emitOpError("sum_c4: the result must be ") << expected;
  return success();
}

LogicalResult OuterOp::verify() {
  FieldType g = fieldType(getGradient()), x = fieldType(getInput()), result = fieldType(getResult());
  if (g.getRank() != 1 || x.getRank() != 1 || !g.hasSameDomain(x) ||
      result.getShape() != ArrayRef<int64_t>{g.getShape()[0], x.getShape()[0]})
    return emitOpError("outer_c1: ") << result << " is not the outer product of " << g << " and " << x;
  return success();
}

LogicalResult PositionsOp::verify() {
  FieldType result = fieldType(getResult());
  if (result.getSamples() || result.getSpace() != getSpaceAttr().getAttr() || result.getRank() != 1)
    return emitOpError("positions_c1: the result must be coordinates over ") << getSpaceAttr();
  return success();
}

LogicalResult BandOp::verify() {
  FieldType value = fieldType(getValue());
  if (!value.getSpace() || value.getSamples())
    return emitOpError("band_c1: needs a value over a space, without samples, got ") << value;
  FieldType result = fieldType(getResult());
  auto space = SymbolTable::lookupNearestSymbolFrom<SpaceOp>(*this, value.getSpace());
  if (result.getRank() != 1 || (getTotal() && space && int64_t(space.getRank()) != result.getShape()[0]))
    return emitOpError("band_c2: the result must be one vector")
           << (getTotal() ? ", with a number for each axis of " : "") << (getTotal() ? value.getSpace().getValue() : "")
           << ", got " << result;
  return success();
}

LogicalResult StatedBandOp::verify() {
  if (fieldType(getBound()).getNumChannels() != 1)
    return emitOpError("stated_band_c1: the bound must be one number, got ") << getBound().getType();
  return success();
}

LogicalResult CropOp::verify() {
  if (!getPoints() && getBox().size() != 1)
    return emitOpError("crop_c1: without 'points' the box is one number, the reach");
  if (getPoints() && !getBox().empty() && getBox().size() != 2)
    return emitOpError("crop_c1: a box has a low and a high corner");
  if (getPoints() && (getPoints()->getNumDims() != 1 || getPoints()->getNumResults() != 1))
    return emitOpError("crop_c2: 'points' must map one size to one size");
  if (getKeepLate() && !getCausal())
    return emitOpError("crop_c4: 'keep_late' without 'causal'");
  return success();
}

static LogicalResult verifyLast(Operation *op, FieldType all, FieldType one) {
  if (!all.getSpace() || one != FieldType::get(all.getShape(), all.getElementType(), all.getSamples()))
    return op->emitOpError("last_c1: ") << one << " is not one step of " << all;
  return success();
}
LogicalResult LastOp::verify() { return verifyLast(*this, fieldType(getOperand()), fieldType(getResult())); }
LogicalResult PlaceLastOp::verify() { return verifyLast(*this, fieldType(getResult()), fieldType(getOperand())); }

static LogicalResult verifySubsample(Operation *op, int64_t stride, FieldType all, FieldType some) {
  FieldType moved = FieldType::get(all.getShape(), all.getElementType(), all.getSamples(), some.getSpace());
  if (!all.getSamples() || !all.getSpace() || !some.getSpace() || all.getSpace() == some.getSpace() || some != moved)
    return op->emitOpError("subsample_c1: ") << some << " is not " << all << " over another space";
  if (stride < 2)
    return op->emitOpError("subsample_c2: a stride is at least 2, not ") << stride;
  return success();
}
LogicalResult SubsampleOp::verify() {
  return verifySubsample(*this, getStride(), fieldType(getOperand()), fieldType(getResult()));
}
LogicalResult SpreadOp::verify() {
  return verifySubsample(*this, getStride(), fieldType(getResult()), fieldType(getOperand()));
}

static LogicalResult verifyTaps(Operation *op, int64_t dilation, FieldType flat, FieldType taps) {
  if (!flat.isUniform() || flat.getRank() < 1 || !taps.getSpace() || taps.getSamples() ||
      taps.getShape() != flat.getShape().drop_back())
    return op->emitOpError("to_taps_c1: ") << taps << " does not hold the last axis of " << flat << " as points";
  if (dilation < 1)
    return op->emitOpError("to_taps_c2: a dilation is at least 1, not ") << dilation;
  return success();
}
LogicalResult ToTapsOp::verify() {
  return verifyTaps(*this, getDilation(), fieldType(getOperand()), fieldType(getResult()));
}
LogicalResult FromTapsOp::verify() {
  return verifyTaps(*this, getDilation(), fieldType(getResult()), fieldType(getOperand()));
}

LogicalResult RelayoutOp::verify() {
  FieldType from = fieldType(getOperand()), to = fieldType(getResult());
  if (from == to || from.withLayout(to.getLayout()) != to)
    return emitOpError("relayout_c1: ") << from << " and " << to << " must differ in their layout alone";
  return success();
}

LogicalResult CorrelateOp::verify() {
  FieldType x = fieldType(getInput()), k = fieldType(getTaps()), y = fieldType(getResult());
  if (x.getRank() != 1 || k.getRank() != 2 || k.getShape()[1] != x.getShape()[0] || y != x.withShape({k.getShape()[0]}))
    return emitOpError("correlate_c1: taps ") << k << " do not map " << x << " to " << y;
  if (!x.getSamples() || !x.getSpace() || k.getSamples() || !k.getSpace())
    return emitOpError("correlate_c2: needs samples over a space, and taps over one of their own");
  return success();
}

LogicalResult CorrelateMixtureOp::verify() {
  FieldType x = fieldType(getInput()), y = fieldType(getOutput()), basis = fieldType(getBasis());
  if (x.getRank() != 1 || y.getRank() != 1 || basis.getRank() != 1 || y != x.withShape(y.getShape()))
    return emitOpError("mixture_c1: input, output and basis are vectors, not ") << x << ", " << y << ", " << basis;
  int64_t pairs = x.getNumChannels() * y.getNumChannels();
  if (fieldType(getWeight()).getShape() != ArrayRef({pairs, basis.getNumChannels()}) ||
      fieldType(getBias()).getShape() != ArrayRef(pairs) || fieldType(getScale()) != basis.withShape({}))
    return emitOpError("mixture_c1: ") << getWeight().getType() << ", " << basis << ", " << getBias().getType() << " and "
                                       << getScale().getType() << " make no taps from " << x << " to " << y;
  if (!x.getSamples() || !x.getSpace() || basis.getSamples() || !basis.getSpace())
    return emitOpError("mixture_c2: needs samples over a space, and a basis over one of its own");
  auto isMoment = [&](Value v) { return fieldType(v) == FieldType::get(y.getShape(), y.getElementType()); };
  if (size_t count = getMoments().size(); (count != 0 && count != 2) || !llvm::all_of(getMoments(), isMoment))
    return emitOpError("mixture_c3: the output has a mean and deviations, or neither; got ") << getMoments().getTypes();
  return success();
}

//===- Spaces ------------------------------------------------------------------------------------------------------===//

/// The declaration of a space; an error at `op` if there is none.
static FailureOr<SpaceOp> findSpace(SymbolTableCollection &symbols, Operation *op, FlatSymbolRefAttr name) {
  if (auto space = symbols.lookupNearestSymbolFrom<SpaceOp>(op, name))
    return space;
  return op->emitOpError("space_c1: no space ") << name << " is declared";
}

LogicalResult CountOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return success(!getSpaceAttr() || succeeded(findSpace(symbols, *this, getSpaceAttr())));
}
LogicalResult RateOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return success(succeeded(findSpace(symbols, *this, getSpaceAttr())));
}

LogicalResult NyquistOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return success(succeeded(findSpace(symbols, *this, getSpaceAttr())));
}

LogicalResult PositionsOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<SpaceOp> space = findSpace(symbols, *this, getSpaceAttr());
  if (failed(space))
    return failure();
  if (fieldType(getResult()).getNumChannels() != int64_t(space->getRank()))
    return emitOpError("positions_c2: ") << getSpaceAttr() << " has " << space->getRank() << " axes, the result is "
                                         << getType();
  return success();
}

LogicalResult CropOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<SpaceOp> taps = findSpace(symbols, *this, getSpaceAttr()), data = findSpace(symbols, *this, getOfAttr());
  if (failed(taps) || failed(data))
    return failure();
  if (taps->getRank() != data->getRank())
    return emitOpError("crop_c3: ") << getSpaceAttr() << " has another rank than " << getOfAttr();
  if (!taps->getTaps() && (!getBox().empty() || getCausal()))
    return emitOpError("crop_c3: ") << getSpaceAttr() << " is no space of taps: all of its points are kept";
  return success();
}

static LogicalResult verifySameRank(SymbolTableCollection &symbols, Operation *op) {
  SmallVector<SpaceOp, 2> spaces;
  for (Value v : {op->getOperand(0), Value(op->getResult(0))}) {
    FailureOr<SpaceOp> space = findSpace(symbols, op, FlatSymbolRefAttr::get(fieldType(v).getSpace()));
    if (failed(space))
      return failure();
    spaces.push_back(*space);
  }
  if (spaces[0].getRank() != spaces[1].getRank())
    return op->emitOpError("space_c1: the spaces have different ranks");
  return success();
}
LogicalResult SubsampleOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifySameRank(symbols, *this); }
LogicalResult SpreadOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifySameRank(symbols, *this); }

static LogicalResult verifyTapCount(SymbolTableCollection &symbols, Operation *op, FieldType flat, FieldType taps) {
  FailureOr<SpaceOp> space = findSpace(symbols, op, FlatSymbolRefAttr::get(taps.getSpace()));
  if (failed(space))
    return failure();
  if (tapsPerAxis(flat, space->getRank()) == 0)
    return op->emitOpError("to_taps_c3: the last axis of ") << flat << " is no grid of rank " << space->getRank();
  return success();
}
LogicalResult ToTapsOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyTapCount(symbols, *this, fieldType(getOperand()), fieldType(getResult()));
}
LogicalResult FromTapsOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyTapCount(symbols, *this, fieldType(getResult()), fieldType(getOperand()));
}

/// The spaces of data and taps have the same rank, and causal ones one axis; `rule` says so.
static LogicalResult verifyRanks(SymbolTableCollection &symbols, Operation *op, StringRef rule, Value input, Value overTaps,
                                 bool causal) {
  auto find = [&](Value v) { return findSpace(symbols, op, FlatSymbolRefAttr::get(fieldType(v).getSpace())); };
  FailureOr<SpaceOp> data = find(input), taps = find(overTaps);
  if (failed(data) || failed(taps))
    return failure();
  if (data->getRank() != taps->getRank())
    return op->emitOpError(rule) << ": " << data->getSymNameAttr() << " has rank " << data->getRank() << ", "
                                 << taps->getSymNameAttr() << " has rank " << taps->getRank();
  if (causal && data->getRank() != 1)
    return op->emitOpError(rule) << ": causal in " << data->getRank() << " dimensions";
  return success();
}

LogicalResult CorrelateOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyRanks(symbols, *this, "correlate_c3", getInput(), getTaps(), getCausal());
}

LogicalResult CorrelateMixtureOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyRanks(symbols, *this, "mixture_c4", getInput(), getBasis(), getCausal());
}
