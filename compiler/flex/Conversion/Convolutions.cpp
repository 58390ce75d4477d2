// Convolutions as functions of their own: see Convolutions.h. Does not know how an algorithm works, nor which is best.
#include "flex/Conversion/Convolutions.h"

#include "flex/Conversion/AlgorithmCosts.h"
#include "flex/Conversion/Direct.h"
#include "flex/Conversion/EmitNetworksArena.h"
#include "flex/Conversion/EmitNetworksTranspose.h"
#include "flex/Conversion/Index.h"
#include "flex/Conversion/Moments.h"
#include "flex/Conversion/Relayout.h"
#include "flex/Conversion/Spectral.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

std::optional<Correlation> Correlation::of(Operation *op) {
  using Result = std::optional<Correlation>;
  return TypeSwitch<Operation *, Result>(op)
      .Case([](CorrelateOp c) -> Result {
        return Correlation{.input = c.getInput(), .taps = c.getTaps(), .output = c.getResult(), .causal = c.getCausal()};
      })
      .Case([](CorrelateMomentsOp c) -> Result {
        return Correlation{.input = c.getInput(), .taps = c.getTaps(), .output = c.getOutput(), .mean = c.getMean(),
                           .deviations = c.getDeviations(), .causal = c.getCausal()};
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

NetworkDescription::Convolution Correlation::describe(const NetworkDescription &description) const {
  FieldType dataField = fieldType(data()), kernelField = fieldType(kernel());
  int64_t wanted = 0;
  auto add = [&](Value result, int64_t bit) { wanted |= result ? bit : 0; };
  add(output, FLEXRT_OUTPUT), add(inputGradient, FLEXRT_INPUT_GRADIENT), add(tapsGradient, FLEXRT_TAPS_GRADIENT);
  return {.taps = description.findSpace(kernelField.getSpace().getValue()),
          .data = description.findSpace(dataField.getSpace().getValue()),
          .in = kernelField.getShape()[1], .out = kernelField.getShape()[0], .causal = causal, .wanted = wanted};
}

//===- Pieces ------------------------------------------------------------------------------------------------------===//

ConvolutionEmitter::ConvolutionEmitter(ModuleOp module, const NetworkDescription &description)
    : h(module, module.getLoc()), description(description),
      element(description.isDouble ? h.b.getF64Type() : h.b.getF32Type()) {}

std::string ConvolutionEmitter::name(const NetworkDescription &description, int64_t convolution) {
  return description.name + ".convolution." + std::to_string(convolution);
}

ValueRange ConvolutionEmitter::open(StringRef name, TypeRange arguments, TypeRange results) {
  auto function = h.begin(name, arguments, results);
  run = function.getArgument(0);
  domains.emplace(h, description, h.load(h.ptr(), run, offsetof(flexrt_run, extents)),
                  h.load(h.i64(), run, offsetof(flexrt_run, samples)));
  return function.getArguments();
}

FieldType ConvolutionEmitter::dataType(const Convolution &convolution, int64_t channels, Layout layout) {
  StringAttr space = h.b.getStringAttr(description.spaces[convolution.data].name);
  return FieldType::get({channels}, element, /*samples=*/true, space, layout);
}

FieldType ConvolutionEmitter::tapsType(const Convolution &convolution) {
  StringAttr space = h.b.getStringAttr(description.spaces[convolution.taps].name);
  return FieldType::get({convolution.out, convolution.in}, element, /*samples=*/false, space);
}

CorrelationCall ConvolutionEmitter::sizesOf(const Convolution &convolution) {
  const Domains::Space &points = domains->space(description.spaces[convolution.data].name);
  const Domains::Space &taps = domains->space(description.spaces[convolution.taps].name);
  CorrelationCall call;
  call.in = convolution.in, call.out = convolution.out, call.causal = convolution.causal;
  call.samples = domains->samples;
  call.paddedSamples = domains->paddedSamples;
  llvm::copy(points.size, call.size);
  llvm::copy(taps.size, call.taps);
  call.tapStride = domains->rowStride(tapsType(convolution));
  return call;
}

Value ConvolutionEmitter::isChosen(HostBuilder &h, Value run, int64_t i, int32_t algorithm) {
  Value table = h.load(h.ptr(), run, offsetof(flexrt_run, algorithms));
  Value chosen = h.load(h.b.getI32Type(), table, i * int64_t(sizeof(int32_t))), wanted = h.constant32(algorithm);
  return h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::eq, chosen, wanted);
}

static bool isBackward(const NetworkDescription::Convolution &convolution) {
  return convolution.wanted != FLEXRT_OUTPUT;
}

Value ConvolutionEmitter::workspaceOf(const Convolution &convolution, const CorrelationCall &call, int32_t algorithm) {
  bool backward = isBackward(convolution);
  SpectralEmitter spectral(h, element, description.lanes);
  auto withMoments = [&](Value bytes) {
    return backward ? bytes : h.max(bytes, MomentsEmitter(h, element, description.lanes).workspace(call));
  };
  switch (algorithm) {
  case FLEXRT_DIRECT:
    return withMoments(DirectEmitter(h, element, description.lanes).workspace(call, backward));
  case FLEXRT_SPECTRAL:
    return spectral.workspace(spectral.plan(call, backward));
  default:
    return withMoments(libraryWorkspace(convolution));
  }
}

//===- Functions ---------------------------------------------------------------------------------------------------===//

void ConvolutionEmitter::emit() {
  for (size_t i = 0; i < description.convolutions.size(); ++i) {
    emitRun(i);
    emitWorkspace(i);
    emitKept(i);
    emitEstimate(i);
  }
  emitEstimates();
  emitTrial();
}

void ConvolutionEmitter::emitRun(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  ValueRange arguments = open(name(description, i), SmallVector<Type>(13, h.ptr()), {});
  CorrelationCall call = sizesOf(convolution);
  call.input = arguments[1], call.kernel = arguments[2], call.output = arguments[3], call.gradient = arguments[4];
  call.inputGradient = arguments[5], call.kernelGradient = arguments[6];
  call.mean = arguments[7], call.deviations = arguments[8], call.kept = arguments[9], call.workspace = arguments[10];
  call.source = {arguments[11], arguments[12]};
  bool backward = isBackward(convolution);
  // Those that gather no moments on the way leave them to a pass of their own, after which their memory is free.
  auto ofOutput = [&] {
    if (!backward)
      MomentsEmitter(h, element, description.lanes).ofOutput(call);
  };
  Value direct = isChosen(i, FLEXRT_DIRECT), spectral = isChosen(i, FLEXRT_SPECTRAL);
  h.when(direct, [&] {
    DirectEmitter engine(h, element, description.lanes);
    backward ? engine.backward(call) : engine.forward(call);
    ofOutput();
  });
  h.when(spectral, [&] {
    SpectralEmitter engine(h, element, description.lanes);
    Value plan = engine.plan(call, backward);
    backward ? engine.backward(plan) : engine.forward(plan);
  });
  h.when(isChosen(i, FLEXRT_LIBRARY), [&] {
    runLibrary(convolution, call);
    ofOutput();
  });
  h.finish();
}

void ConvolutionEmitter::emitWorkspace(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  open(name(description, i) + ".workspace", h.ptr(), h.i64());
  CorrelationCall call = sizesOf(convolution);
  auto bytes = [&](int32_t algorithm) { return workspaceOf(convolution, call, algorithm); };
  Value direct = isChosen(i, FLEXRT_DIRECT), spectral = isChosen(i, FLEXRT_SPECTRAL);
  h.finish(h.choose(
      direct, h.i64(), [&] { return bytes(FLEXRT_DIRECT); },
      [&] {
        return h.choose(
            spectral, h.i64(), [&] { return bytes(FLEXRT_SPECTRAL); }, [&] { return bytes(FLEXRT_LIBRARY); });
      }));
}

/// Only transforms leave anything that gradients can use.
void ConvolutionEmitter::emitKept(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  open(name(description, i) + ".kept", h.ptr(), h.i64());
  CorrelationCall call = sizesOf(convolution);
  Value wanted = h.load(h.b.getI32Type(), run, offsetof(flexrt_run, keep_spectra)), zero = h.constant32(0);
  Value isWanted = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::ne, wanted, zero);
  Value spectral = isChosen(i, FLEXRT_SPECTRAL);
  h.finish(h.choose(
      h.b.create<arith::AndIOp>(h.loc, isWanted, spectral), h.i64(),
      [&] {
        SpectralEmitter engine(h, element, description.lanes);
        return engine.kept(engine.plan(call, isBackward(convolution)));
      },
      [&] { return h.constant(0); }));
}

//===- For the choice ----------------------------------------------------------------------------------------------===//

/// The operands of a convolution's function, for what it wants: data or taps, or nothing.
namespace {
enum class Operand { None, Input, Output, Taps };
}
static SmallVector<Operand> operandsOf(const NetworkDescription::Convolution &convolution) {
  bool y = convolution.wanted & FLEXRT_OUTPUT, dx = convolution.wanted & FLEXRT_INPUT_GRADIENT;
  bool dk = convolution.wanted & FLEXRT_TAPS_GRADIENT;
  auto take = [](bool isThere, Operand operand) { return isThere ? operand : Operand::None; };
  return {take(y || dk, Operand::Input), take(y || dx, Operand::Taps), take(y, Operand::Output),
          take(dx || dk, Operand::Output), take(dx, Operand::Input), take(dk, Operand::Taps)};
}

void ConvolutionEmitter::emitTrialOf(int64_t i, Value arena) {
  const Convolution &convolution = description.convolutions[i];
  SmallVector<Value> arguments{run};
  Value top = arena;
  for (Operand operand : operandsOf(convolution)) {
    if (operand == Operand::None) {
      arguments.push_back(h.null());
      continue;
    }
    arguments.push_back(top);
    FieldType type = operand == Operand::Taps ? tapsType(convolution)
                                              : dataType(convolution, operand == Operand::Input ? convolution.in
                                                                                                : convolution.out,
                                                         Layout::Lanes);
    top = h.at(top, h.roundUp(domains->bytes(type), ArenaPlan::kRounding));
  }
  arguments.append(3, h.null()); // moments, kept spectra
  arguments.push_back(top);
  arguments.append(2, h.null()); // no source
  h.call(name(description, i), arguments);
}

void ConvolutionEmitter::emitEstimate(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  ValueRange arguments = open(name(description, i) + ".estimate", {h.ptr(), h.ptr()}, {});
  CorrelationCall call = sizesOf(convolution);
  Value operands = h.constant(0);
  for (Operand operand : operandsOf(convolution)) {
    int64_t channels = operand == Operand::Input ? convolution.in : convolution.out;
    FieldType type = operand == Operand::Taps ? tapsType(convolution)
                                              : dataType(convolution, channels, Layout::Lanes);
    if (operand != Operand::None)
      operands = h.add(operands, h.roundUp(domains->bytes(type), ArenaPlan::kRounding));
  }
  AlgorithmCosts costs(h, element, description.lanes, call, convolution.wanted);
  for (int32_t algorithm = 0; algorithm < FLEXRT_ALGORITHM_COUNT; ++algorithm) {
    Value estimate = h.at(arguments[1], algorithm * int64_t(sizeof(flexrt_estimate)));
    Value workspace = workspaceOf(convolution, call, algorithm), one = h.constant(1), zero = h.constant(0);
    Value possible = one;
    if (algorithm == FLEXRT_SPECTRAL)
      possible = Index(h, one).when(h.less(zero, workspace), Index(h, zero));
    AlgorithmCosts::Cost cost = costs.of(algorithm);
    h.store(possible, estimate, offsetof(flexrt_estimate, possible));
    h.store(h.add(operands, workspace), estimate, offsetof(flexrt_estimate, trial_bytes));
    h.store(cost.multiplyAdds, estimate, offsetof(flexrt_estimate, multiply_adds));
    h.store(cost.bytes, estimate, offsetof(flexrt_estimate, bytes));
  }
  h.finish();
}

void ConvolutionEmitter::dispatch(Value number, llvm::function_ref<void(int64_t)> body) {
  for (size_t i = 0; i < description.convolutions.size(); ++i)
    h.when(Index(h, number).equals(i), [&] { body(i); });
}

void ConvolutionEmitter::emitEstimates() {
  ValueRange arguments = open(description.name + ".estimate", {h.ptr(), h.i64(), h.ptr()}, {});
  Value estimates = arguments[2];
  dispatch(arguments[1], [&](int64_t i) { h.call(name(description, i) + ".estimate", {run, estimates}); });
  h.finish();
}

void ConvolutionEmitter::emitTrial() {
  ValueRange arguments = open(description.name + ".trial", {h.ptr(), h.i64()}, h.b.getI32Type());
  Value arena = h.load(h.ptr(), run, offsetof(flexrt_run, arena));
  for (const Convolution &convolution : description.convolutions) // sizes are known before branches
    sizesOf(convolution);
  dispatch(arguments[1], [&](int64_t i) { emitTrialOf(i, arena); });
  h.finish(h.constant32(0));
}

//===- The library -------------------------------------------------------------------------------------------------===//

/// The library wants the channels of a point side by side: copies of what goes in and comes out.
Value ConvolutionEmitter::libraryWorkspace(const Convolution &convolution) {
  Value bytes = h.constant(0);
  for (Operand operand : operandsOf(convolution))
    if (operand == Operand::Input || operand == Operand::Output) {
      int64_t channels = operand == Operand::Input ? convolution.in : convolution.out;
      bytes = h.add(bytes, h.roundUp(domains->bytes(dataType(convolution, channels, Layout::ChannelsLast)),
                                     ArenaPlan::kRounding));
    }
  return bytes;
}

void ConvolutionEmitter::runLibrary(const Convolution &convolution, const CorrelationCall &call) {
  Value top = call.workspace, context = h.stack(kTransposeSlots * int64_t(sizeof(int64_t)));
  auto typeOf = [&](int64_t channels, Layout layout) { return dataType(convolution, channels, layout); };
  auto place = [&](bool isThere, int64_t channels) -> Value {
    if (!isThere)
      return {};
    Value here = top;
    top = h.at(top, h.roundUp(domains->bytes(typeOf(channels, Layout::ChannelsLast)), ArenaPlan::kRounding));
    return here;
  };
  auto move = [&](Value to, Layout toLayout, Value from, Layout fromLayout, int64_t channels) {
    emitRelayout(h, *domains, description.lanes, to, typeOf(channels, toLayout), from, typeOf(channels, fromLayout),
                 context);
  };
  auto enter = [&](bool isThere, Value value, int64_t channels) {
    Value copy = place(isThere, channels);
    if (isThere)
      move(copy, Layout::ChannelsLast, value, Layout::Lanes, channels);
    return copy;
  };
  auto leave = [&](Value value, Value copy, int64_t channels) {
    move(value, Layout::Lanes, copy, Layout::ChannelsLast, channels);
  };
  auto correlate = [&](StringRef callee, Value x, Value taps, Value y) {
    Value s = h.stack(sizeof(flexrt_correlation));
    h.store(h.constant32(description.isDouble ? FLEXRT_F64 : FLEXRT_F32), s, offsetof(flexrt_correlation, dtype));
    h.store(h.constant32(convolution.causal ? 1 : 2), s, offsetof(flexrt_correlation, rank));
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
  bool wantsY = convolution.wanted & FLEXRT_OUTPUT, wantsDx = convolution.wanted & FLEXRT_INPUT_GRADIENT;
  bool wantsDk = convolution.wanted & FLEXRT_TAPS_GRADIENT;
  Value x = enter(wantsY || wantsDk, call.input, call.in), dy = enter(wantsDx || wantsDk, call.gradient, call.out);
  Value y = place(wantsY, call.out), dx = place(wantsDx, call.in);
  if (wantsY) {
    correlate("flexrt_correlate", x, call.kernel, y);
    leave(call.output, y, call.out);
  }
  if (wantsDx) {
    correlate("flexrt_correlate_input_grad", dx, call.kernel, dy);
    leave(call.inputGradient, dx, call.in);
  }
  if (wantsDk)
    correlate("flexrt_correlate_kernel_grad", x, call.kernelGradient, dy);
}
