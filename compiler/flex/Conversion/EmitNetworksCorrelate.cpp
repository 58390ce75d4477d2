// Convolutions and their gradients as calls of the experiment's convolution functions (Convolutions.h).
#include "flex/Conversion/EmitNetworksEntry.h"

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
  return h.call(ConvolutionEmitter::name(description, convolutionOf(*c)) + ".workspace", run, h.i64())[0];
}

/// Spectra of an input depend on the grid of taps, but not on the taps.
void EntryEmitter::findKept() {
  for (Operation &op : network.getEntry()) {
    std::optional<Correlation> c = Correlation::of(&op);
    if (c && c->output)
      kept.push_back({{&op}, {}, {}});
    if (!c || !(c->tapsGradient || c->mixtureGradient.basis))
      continue;
    auto *found = llvm::find_if(kept, [&](const Kept &k) {
      Correlation forward = *Correlation::of(k.ops.front());
      return forward.input == c->input && forward.causal == c->causal && forward.kernel().getType() == c->kernel().getType();
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
  SmallVector<Value> arguments{run};
  const Mixture &m = c.mixture, &d = c.mixtureGradient;
  for (Value value : {c.input, c.taps, c.output, c.gradient, c.inputGradient, c.tapsGradient, c.mean, c.deviations, m.weight,
                      m.basis, m.bias, m.scale, d.weight, d.basis, d.bias, d.scale})
    arguments.push_back(value ? pointer(value) : h.null());
  arguments.push_back(keptBy(op));
  arguments.push_back(h.at(arena, offsets.scratch));
  h.call(ConvolutionEmitter::name(description, convolutionOf(c)), arguments);
  return success();
}

Value EntryEmitter::algorithmOf(Operation &op) {
  std::optional<Correlation> c = Correlation::of(&op);
  if (!c)
    return h.text("");
  Value table = h.load(h.ptr(), run, offsetof(flexrt_run, algorithms));
  Value chosen = h.load(h.b.getI32Type(), table, convolutionOf(*c) * int64_t(sizeof(int32_t)));
  constexpr std::pair<int32_t, StringLiteral> kNames[] = {
      {FLEXRT_DIRECT, "direct"}, {FLEXRT_SPECTRAL, "spectral"}, {FLEXRT_LIBRARY, "library"},
      {FLEXRT_BASIS, "basis"}};
  Value name = h.text("");
  for (auto [algorithm, text] : kNames) {
    Value number = h.constant32(algorithm);
    Value isIt = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::eq, chosen, number);
    Value itsName = h.text(text);
    name = h.b.create<arith::SelectOp>(h.loc, isIt, itsName, name);
  }
  return name;
}
