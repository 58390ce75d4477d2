// Convolutions and their gradients as calls of the experiment's convolution functions (Convolutions.h).
#include "flex/Conversion/EmitNetworksEntry.h"
#include "flex/Conversion/EmitNetworksTranspose.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

int64_t EntryEmitter::convolutionOf(const Correlation &correlation) {
  auto found = llvm::find(description.convolutions, correlation.describe(description));
  return found - description.convolutions.begin();
}

Value EntryEmitter::workspace(Operation *op) {
  std::optional<Correlation> c = Correlation::of(op);
  if (!c)
    return {};
  Value bytes = h.call(ConvolutionEmitter::name(description, convolutionOf(*c)) + ".workspace", run, h.i64())[0];
  if (!rowSourceOf(c->input))
    return bytes;
  Value field = h.roundUp(domains->bytes(fieldType(c->input)), ArenaPlan::kRounding), none = h.constant(0);
  return h.add(bytes, h.b.create<arith::SelectOp>(h.loc, isSpectral(*c), none, field));
}

Value EntryEmitter::isSpectral(const Correlation &correlation) {
  auto isChosen = [&](int32_t algorithm) {
    return ConvolutionEmitter::isChosen(h, run, convolutionOf(correlation), algorithm);
  };
  Value spectral = isChosen(FLEXRT_SPECTRAL), basis = isChosen(FLEXRT_BASIS);
  return h.b.create<arith::OrIOp>(h.loc, spectral, basis);
}

Value EntryEmitter::leavesRowsTo(const Correlation &correlation) {
  Value observe = h.load(h.ptr(), run, offsetof(flexrt_run, observe)), none = h.null();
  Value isAlone = h.b.create<LLVM::ICmpOp>(h.loc, LLVM::ICmpPredicate::eq, observe, none);
  return h.b.create<arith::AndIOp>(h.loc, isSpectral(correlation), isAlone);
}

/// The spectral algorithm has the rows of a source computed as it comes to them. For the others the region is run first,
/// into the start of the workspace.
EntryEmitter::CorrelationInput EntryEmitter::inputOf(Operation &op, const Correlation &c) {
  Value workspace = h.at(arena, offsets.scratch), none = h.null();
  auto rowOf = [&](PointsOp region) { return h.address(region->getAttrOfType<FlatSymbolRefAttr>("row").getValue()); };
  if (PointsOp shared = sharedInputOf(op)) {
    Value row = h.b.create<arith::SelectOp>(h.loc, leavesRowsTo(c), rowOf(shared), none);
    return {pointer(c.input), workspace, row, fillContext(shared)};
  }
  PointsOp source = rowSourceOf(c.input);
  if (!source)
    return {c.input ? pointer(c.input) : none, workspace, none, none};
  outside[c.input] = workspace;
  Value context = fillContext(source), byRows = isSpectral(c);
  Value row = rowOf(source);
  Value behind = h.at(workspace, h.roundUp(domains->bytes(fieldType(c.input)), ArenaPlan::kRounding));
  h.when(byRows, [] {}, [&] {
    emitChunks(h, source->getAttrOfType<FlatSymbolRefAttr>("function").getValue(), context, offsets.chunks.at(source));
  });
  auto choose = [&](Value x, Value y) -> Value { return h.b.create<arith::SelectOp>(h.loc, byRows, x, y); };
  return {choose(none, workspace), choose(workspace, behind), choose(row, none), context};
}

/// Spectra of an input depend on the grid of taps, but not on the taps; how long transforms are also on the channels.
void EntryEmitter::findKept() {
  auto shapeOf = [&](const Correlation &c) {
    NetworkDescription::Convolution shape = c.describe(description);
    shape.wanted = 0;
    return shape;
  };
  for (Operation &op : network.getEntry()) {
    std::optional<Correlation> c = Correlation::of(&op);
    if (c && c->output)
      kept.push_back({{&op}, {}, {}});
    if (!c || !(c->kernelGradient || c->mixtureGradient.basis))
      continue;
    auto *found = llvm::find_if(kept, [&](const Kept &k) {
      Correlation forward = *Correlation::of(k.ops.front());
      return forward.input == c->input && shapeOf(forward) == shapeOf(*c);
    });
    if (found != kept.end())
      found->ops.push_back(&op);
  }
  llvm::erase_if(kept, [](const Kept &k) { return k.ops.size() == 1; });
}

ArenaPlan::Offsets EntryEmitter::placeAll() {
  ArenaPlan::Offsets all = plan->emit(h, *domains, [&](Operation *op) { return workspace(op); });
  for (Kept &k : kept) {
    k.offset = all.bytes, k.bytes = {};
    for (Operation *op : k.ops) {
      std::string name = ConvolutionEmitter::name(description, convolutionOf(*Correlation::of(op)));
      Value bytes = h.call(name + ".kept", run, h.i64())[0];
      k.bytes = k.bytes ? h.min(k.bytes, bytes) : bytes;
    }
    all.bytes = h.add(all.bytes, k.bytes);
  }
  return all;
}

Value EntryEmitter::keptBy(Operation *op) {
  for (const Kept &k : kept)
    if (llvm::is_contained(k.ops, op)) {
      Value isThere = h.less(h.constant(0), k.bytes), here = h.at(arena, k.offset);
      return h.b.create<arith::SelectOp>(h.loc, isThere, here, h.null());
    }
  return h.null();
}

LogicalResult EntryEmitter::emitCorrelation(Operation *op) {
  Correlation c = *Correlation::of(op);
  const auto &space = description.spaces[description.findSpace(fieldType(c.data()).getSpace().getValue())];
  if (c.causal && space.rank != 1)
    return op->emitError("only convolutions of signals are causal");
  for (Value value : llvm::concat<Value>(llvm::to_vector(op->getOperands()), llvm::to_vector(op->getResults())))
    if (!fieldType(value).isUniform() && fieldType(value).getLayout() != Layout::Lanes)
      return op->emitError("convolutions work on lanes, not on ") << value.getType();
  CorrelationInput input = inputOf(*op, c);
  CorrelationCall call;
  for (auto [pointer, value] : llvm::zip_equal(call.all(), c.all()))
    if (*value)
      *pointer = this->pointer(*value);
  call.input = input.data, call.source = {input.source, input.context};
  call.kept = keptBy(op), call.workspace = input.workspace;
  ConvolutionEmitter::call(h, ConvolutionEmitter::name(description, convolutionOf(c)), run, call);
  return success();
}

Value EntryEmitter::algorithmOf(Operation &op) {
  std::optional<Correlation> c = Correlation::of(&op);
  if (!c)
    return h.text("");
  Value table = h.load(h.ptr(), run, offsetof(flexrt_run, algorithms));
  Value chosen = h.load(h.b.getI32Type(), table, convolutionOf(*c) * int64_t(sizeof(int32_t)));
#define FLEX_PAIR(algorithm, text) {algorithm, text},
  constexpr std::pair<int32_t, StringLiteral> kNames[] = {FLEXRT_ALGORITHMS(FLEX_PAIR)};
#undef FLEX_PAIR
  Value name = h.text("");
  for (auto [algorithm, text] : kNames) {
    Value number = h.constant32(algorithm);
    Value isIt = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::eq, chosen, number);
    Value itsName = h.text(text);
    name = h.b.create<arith::SelectOp>(h.loc, isIt, itsName, name);
  }
  return name;
}
