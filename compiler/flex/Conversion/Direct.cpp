// The host's side of the direct correlation: contexts, and the order of the passes.
#include "flex/Conversion/Direct.h"

#include "flex/Conversion/DirectCode.h"

using namespace mlir;
using namespace flex;
using Slot = DirectSlot;

/// Emits the functions, unless they are there.
static DirectCode openCode(HostBuilder &h, FloatType element, int64_t lanes) {
  DirectCode c(h, element, lanes);
  OpBuilder::InsertionGuard guard(h.b);
  emitDirectPlans(c);
  emitDirectSums(c);
  emitDirectTaps(c);
  return c;
}

/// What all contexts have. A signal, of which axis 1 has one point and one tap, is one row.
static void storeSizes(DirectCode &c, const CorrelationCall &call) {
  HostBuilder &h = c.h;
  Index one(h, 1), size0(h, call.size[0]), size1(h, call.size[1]), taps0(h, call.taps[0]), taps1(h, call.taps[1]);
  Value isSignal = (size1 * taps1).equals(1);
  c.set(Slot::Workspace, call.workspace ? call.workspace : h.null());
  c.set(Slot::Samples, call.samples);
  c.set(Slot::PaddedSamples, call.paddedSamples);
  c.set(Slot::Size0, one.when(isSignal, size0));
  c.set(Slot::Size1, size0.when(isSignal, size1));
  c.set(Slot::Taps0, one.when(isSignal, taps0));
  c.set(Slot::Taps1, taps0.when(isSignal, taps1));
  c.set(Slot::TapStride, call.tapStride);
}

/// Taps before the one that meets a point itself, or behind it where they are turned round.
static void storeOrigins(DirectCode &c, const CorrelationCall &call, bool flipped) {
  auto origin = [&](Slot slot, Slot tapsSlot, bool causal) {
    Index taps = c[tapsSlot], before = causal ? taps - 1 : taps / 2;
    c.set(slot, flipped ? taps - 1 - before : before);
  };
  origin(Slot::Origin0, Slot::Taps0, false);
  origin(Slot::Origin1, Slot::Taps1, call.causal);
}

Value DirectEmitter::planSums(const CorrelationCall &call, bool backward) {
  DirectCode c = openCode(h, element, lanes);
  c.newContext();
  storeSizes(c, call);
  storeOrigins(c, call, /*flipped=*/backward);
  auto pointer = [&](Slot slot, Value value) { c.set(slot, value ? value : h.null()); };
  pointer(Slot::From, backward ? call.gradient : call.input);
  pointer(Slot::To, backward ? call.inputGradient : call.output);
  pointer(Slot::Kernel, call.kernel);
  c.set(Slot::FromChannels, h.constant(backward ? call.out : call.in));
  c.set(Slot::ToChannels, h.constant(backward ? call.in : call.out));
  c.set(Slot::KernelFrom, h.constant(backward ? call.in : 1));
  c.set(Slot::KernelTo, h.constant(backward ? 1 : call.in));
  c.set(Slot::Flipped, h.constant(backward));
  c.run("sums_plan");
  return c.context;
}

Value DirectEmitter::planTaps(const CorrelationCall &call) {
  DirectCode c = openCode(h, element, lanes);
  c.newContext();
  storeSizes(c, call);
  storeOrigins(c, call, /*flipped=*/false);
  auto pointer = [&](Slot slot, Value value) { c.set(slot, value ? value : h.null()); };
  pointer(Slot::From, call.input);
  pointer(Slot::To, call.gradient);
  pointer(Slot::Kernel, call.kernelGradient);
  c.set(Slot::FromChannels, h.constant(call.in));
  c.set(Slot::ToChannels, h.constant(call.out));
  c.run("taps_plan");
  return c.context;
}

Value DirectEmitter::workspace(const CorrelationCall &call, bool backward) {
  DirectCode c(h, element, lanes);
  auto bytes = [&](Value context) {
    c.context = context;
    return c[Slot::Bytes];
  };
  if (!backward)
    return bytes(planSums(call, false));
  Index sums = bytes(planSums(call, true)), taps = bytes(planTaps(call));
  return max(sums, taps);
}

static void runSums(DirectCode &c, Value context) {
  c.context = context;
  c.run("weights", c.weightBlocks());
  c.run("sums", c[Slot::Units]);
}

void DirectEmitter::forward(const CorrelationCall &call) {
  DirectCode c(h, element, lanes);
  runSums(c, planSums(call, false));
}

void DirectEmitter::backward(const CorrelationCall &call) {
  DirectCode c(h, element, lanes);
  Value sums = planSums(call, true), taps = planTaps(call);
  c.context = sums;
  h.when(c.isSet(Slot::To), [&] { runSums(c, sums); });
  c.context = taps;
  h.when(c.isSet(Slot::Kernel), [&] {
    c.context = taps;
    c.run("taps", c[Slot::Chunks]);
    c.run("taps_sum", c[Slot::ToChannels]);
  });
}
