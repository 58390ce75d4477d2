// Convolutions and their gradients: through the spectral engine, and through the runtime's library where no transform is
// long enough for the data and the taps.
#include "flex/Conversion/EmitNetworksEntry.h"
#include "flex/Conversion/EmitNetworksTranspose.h"
#include "flex/Conversion/Index.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

std::optional<EntryEmitter::Correlation> EntryEmitter::correlationOf(Operation *op) {
  using Result = std::optional<Correlation>;
  return TypeSwitch<Operation *, Result>(op)
      .Case([](CorrelateOp c) -> Result {
        return Correlation{.input = c.getInput(), .taps = c.getTaps(), .output = c.getResult(), .causal = c.getCausal()};
      })
      .Case([](CorrelateInputGradOp c) -> Result {
        return Correlation{.taps = c.getTaps(), .gradient = c.getGradient(), .inputGradient = c.getResult(),
                           .causal = c.getCausal()};
      })
      .Case([](CorrelateKernelGradOp c) -> Result {
        return Correlation{.input = c.getInput(), .gradient = c.getGradient(), .tapsGradient = c.getResult(),
                           .causal = c.getCausal()};
      })
      .Case([](CorrelateGradsOp c) -> Result {
        return Correlation{.input = c.getInput(), .taps = c.getTaps(), .gradient = c.getGradient(),
                           .inputGradient = c.getInputGradient(), .tapsGradient = c.getTapsGradient(),
                           .causal = c.getCausal()};
      })
      .Default([](Operation *) { return Result(); });
}

SpectralCall EntryEmitter::sizesOf(const Correlation &c) {
  FieldType data = fieldType(c.data()), kernel = fieldType(c.kernel());
  const Domains::Space &points = domains->space(data.getSpace().getValue());
  const Domains::Space &taps = domains->space(kernel.getSpace().getValue());
  SpectralCall call;
  call.out = kernel.getShape()[0];
  call.in = kernel.getShape()[1];
  call.causal = c.causal;
  call.samples = domains->samples;
  call.paddedSamples = domains->paddedSamples;
  llvm::copy(points.size, call.size);
  llvm::copy(taps.size, call.taps);
  call.tapStride = domains->rowStride(kernel);
  return call;
}

SpectralEmitter EntryEmitter::spectral(const Correlation &c) {
  return {h, fieldType(c.data()).getElementType(), description.lanes};
}

Value EntryEmitter::workspace(Operation *op) {
  std::optional<Correlation> c = correlationOf(op);
  if (!c)
    return {};
  SpectralEmitter engine = spectral(*c);
  Index bytes(h, engine.workspace(engine.plan(sizesOf(*c), /*backward=*/bool(c->gradient))));
  return bytes.when(bytes.isPositive(), Index(h, libraryWorkspace(*c)));
}

LogicalResult EntryEmitter::emitCorrelation(Operation *op) {
  Correlation c = *correlationOf(op);
  const auto &space = description.spaces[description.findSpace(fieldType(c.data()).getSpace().getValue())];
  if (c.causal && space.rank != 1)
    return op->emitError("only convolutions of signals are causal");
  for (Value value : llvm::concat<Value>(llvm::to_vector(op->getOperands()), llvm::to_vector(op->getResults())))
    if (fieldType(value).getLayout() != Layout::Lanes)
      return op->emitError("convolutions work on lanes, not on ") << value.getType();
  auto memory = [&](Value value) { return value ? pointer(value) : Value(); };
  SpectralCall call = sizesOf(c);
  call.workspace = h.at(arena, offsets.scratch);
  call.input = memory(c.input), call.kernel = memory(c.taps), call.output = memory(c.output);
  call.gradient = memory(c.gradient);
  call.inputGradient = memory(c.inputGradient), call.kernelGradient = memory(c.tapsGradient);
  context(kTransposeSlots); // memory of the whole function, not of a branch
  SpectralEmitter engine = spectral(c);
  Value plan = engine.plan(call, /*backward=*/bool(c.gradient));
  Value possible = isSpectral[op] = Index(h, engine.workspace(plan)).isPositive();
  h.when(
      possible, [&] { c.gradient ? engine.backward(plan) : engine.forward(plan); },
      [&] { emitLibrary(c, call); });
  return success();
}

Value EntryEmitter::algorithmOf(Operation &op) {
  Value possible = isSpectral.lookup(&op);
  if (!possible)
    return h.text("");
  Value engine = h.text("spectral"), library = h.text("library");
  return h.b.create<arith::SelectOp>(h.loc, possible, engine, library);
}

//===- Beyond the longest transform --------------------------------------------------------------------------------===//

/// The library wants the channels of a point side by side.
static FieldType channelsLast(Value value) { return fieldType(value).withLayout(Layout::ChannelsLast); }

/// Copies of what goes in and comes out: of the data, and of what the taps make of it.
Value EntryEmitter::libraryWorkspace(const Correlation &c) {
  Value bytes = h.constant(0);
  for (Value value : {c.input, c.output, c.gradient, c.inputGradient})
    if (value)
      bytes = h.add(bytes, h.roundUp(domains->bytes(channelsLast(value)), ArenaPlan::kRounding));
  return bytes;
}

void EntryEmitter::emitLibrary(const Correlation &c, const SpectralCall &call) {
  Value top = call.workspace;
  auto place = [&](Value value) -> Value {
    if (!value)
      return {};
    Value here = top;
    top = h.at(top, h.roundUp(domains->bytes(channelsLast(value)), ArenaPlan::kRounding));
    return here;
  };
  auto enter = [&](Value value) -> Value {
    Value copy = place(value);
    if (value)
      relayout(copy, channelsLast(value), pointer(value), fieldType(value));
    return copy;
  };
  auto leave = [&](Value value, Value copy) { relayout(pointer(value), fieldType(value), copy, channelsLast(value)); };
  auto run = [&](StringRef callee, Value x, Value taps, Value y) {
    Value s = h.stack(sizeof(flexrt_correlation));
    h.store(h.constant32(description.isDouble ? FLEXRT_F64 : FLEXRT_F32), s, offsetof(flexrt_correlation, dtype));
    h.store(h.constant32(c.causal ? 1 : 2), s, offsetof(flexrt_correlation, rank));
    h.store(call.samples, s, offsetof(flexrt_correlation, samples));
    h.store(h.constant(call.in), s, offsetof(flexrt_correlation, in));
    h.store(h.constant(call.out), s, offsetof(flexrt_correlation, out));
    for (int64_t axis = 0; axis < FLEXRT_MAX_RANK; ++axis) {
      int64_t at = axis * sizeof(int64_t);
      h.store(call.size[axis], s, offsetof(flexrt_correlation, size) + at);
      h.store(call.taps[axis], s, offsetof(flexrt_correlation, taps) + at);
    }
    h.store(call.tapStride, s, offsetof(flexrt_correlation, tap_stride));
    h.store(x, s, offsetof(flexrt_correlation, x));
    h.store(taps, s, offsetof(flexrt_correlation, k));
    h.store(y, s, offsetof(flexrt_correlation, y));
    h.call(callee, s);
  };
  Value x = enter(c.input), dy = enter(c.gradient), y = place(c.output), dx = place(c.inputGradient);
  if (c.output) {
    run("flexrt_correlate", x, call.kernel, y);
    leave(c.output, y);
  }
  if (c.inputGradient) {
    run("flexrt_correlate_input_grad", dx, call.kernel, dy);
    leave(c.inputGradient, dx);
  }
  if (c.tapsGradient)
    run("flexrt_correlate_kernel_grad", x, call.kernelGradient, dy);
}
