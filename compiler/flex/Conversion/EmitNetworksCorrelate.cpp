// Convolutions and their gradients: images through the spectral engine, signals through the runtime's library.
#include "flex/Conversion/EmitNetworksEntry.h"

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

Value EntryEmitter::workspace(Operation *op) {
  std::optional<Correlation> c = correlationOf(op);
  if (!c || c->causal)
    return {};
  return SpectralEmitter(h, fieldType(c->data()).getElementType(), description.lanes)
      .workspace(sizesOf(*c), /*backward=*/bool(c->gradient));
}

LogicalResult EntryEmitter::emitCorrelation(Operation *op) {
  Correlation c = *correlationOf(op);
  const auto &space = description.spaces[description.findSpace(fieldType(c.data()).getSpace().getValue())];
  if (c.causal != (space.rank == 1))
    return op->emitError("convolutions are causal on signals and centred on images");
  if (!c.causal) {
    auto memory = [&](Value value) { return value ? pointer(value) : Value(); };
    SpectralCall call = sizesOf(c);
    call.workspace = h.at(arena, offsets.scratch);
    call.input = memory(c.input), call.kernel = memory(c.taps), call.output = memory(c.output);
    call.gradient = memory(c.gradient);
    call.inputGradient = memory(c.inputGradient), call.kernelGradient = memory(c.tapsGradient);
    SpectralEmitter spectral(h, fieldType(c.data()).getElementType(), description.lanes);
    c.gradient ? spectral.backward(call) : spectral.forward(call);
    return success();
  }
  if (c.output)
    return emitLibrary(op, "flexrt_correlate", c.input, c.taps, c.output);
  if (c.inputGradient && failed(emitLibrary(op, "flexrt_correlate_input_grad", c.inputGradient, c.taps, c.gradient)))
    return failure();
  if (c.tapsGradient)
    return emitLibrary(op, "flexrt_correlate_kernel_grad", c.input, c.tapsGradient, c.gradient);
  return success();
}

LogicalResult EntryEmitter::emitLibrary(Operation *op, StringRef callee, Value x, Value taps, Value y) {
  FieldType data = fieldType(x), kernel = fieldType(taps);
  const auto &space = description.spaces[description.findSpace(data.getSpace().getValue())];
  Value c = h.stack(sizeof(flexrt_correlation));
  const Domains::Space &dataSpace = domains->space(space.name);
  const Domains::Space &tapSpace = domains->space(kernel.getSpace().getValue());
  h.store(h.constant32(description.isDouble ? FLEXRT_F64 : FLEXRT_F32), c, offsetof(flexrt_correlation, dtype));
  h.store(h.constant32(space.rank), c, offsetof(flexrt_correlation, rank));
  h.store(domains->samples, c, offsetof(flexrt_correlation, samples));
  h.store(h.constant(kernel.getShape()[1]), c, offsetof(flexrt_correlation, in));
  h.store(h.constant(kernel.getShape()[0]), c, offsetof(flexrt_correlation, out));
  for (int64_t axis = 0; axis < FLEXRT_MAX_RANK; ++axis) {
    int64_t at = axis * sizeof(int64_t);
    h.store(dataSpace.size[axis], c, offsetof(flexrt_correlation, size) + at);
    h.store(tapSpace.size[axis], c, offsetof(flexrt_correlation, taps) + at);
  }
  h.store(domains->rowStride(kernel), c, offsetof(flexrt_correlation, tap_stride));
  h.store(pointer(x), c, offsetof(flexrt_correlation, x));
  h.store(pointer(taps), c, offsetof(flexrt_correlation, k));
  h.store(pointer(y), c, offsetof(flexrt_correlation, y));
  h.call(callee, c);
  return success();
}

