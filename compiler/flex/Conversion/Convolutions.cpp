// Convolutions as functions of their own: see Convolutions.h. Does not know how an algorithm works, nor which is best.
#include "flex/Conversion/Convolutions.h"

#include "flex/Conversion/AlgorithmCosts.h"
#include "flex/Conversion/Direct.h"
#include "flex/Conversion/EmitNetworksArena.h"
#include "flex/Conversion/EmitNetworksTranspose.h"
#include "flex/Conversion/Index.h"
#include "flex/Conversion/MixedTaps.h"
#include "flex/Conversion/Moments.h"
#include "flex/Conversion/Relayout.h"
#include "flex/Conversion/Spectral.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

std::optional<Correlation> Correlation::of(Operation *op) {
  auto correlation = dyn_cast<CorrelationOpInterface>(op);
  return correlation ? std::optional(Correlation{correlation.getFields(), correlation.isCausal()}) : std::nullopt;
}

int64_t Correlation::hidden() const { return mixture.basis ? fieldType(mixture.basis).getNumChannels() : 0; }

int64_t Correlation::in() const {
  return hidden() ? fieldType(input).getNumChannels() : fieldType(overTaps()).getShape()[1];
}

int64_t Correlation::out() const {
  return hidden() ? fieldType(output ? output : gradient).getNumChannels() : fieldType(overTaps()).getShape()[0];
}

NetworkDescription::Convolution Correlation::describe(const NetworkDescription &description) const {
  FieldType dataField = fieldType(data()), kernelField = fieldType(overTaps());
  int64_t wanted = 0;
  auto add = [&](Value result, int64_t bit) { wanted |= result ? bit : 0; };
  add(output, FLEXRT_OUTPUT), add(inputGradient, FLEXRT_INPUT_GRADIENT);
  add(kernelGradient ? kernelGradient : mixtureGradient.basis, FLEXRT_TAPS_GRADIENT);
  return {.taps = description.findSpace(kernelField.getSpace().getValue()),
          .data = description.findSpace(dataField.getSpace().getValue()),
          .in = in(), .out = out(), .causal = causal, .wanted = wanted, .hidden = hidden()};
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
  call.hidden = convolution.hidden;
  call.samples = domains->samples;
  call.paddedSamples = domains->paddedSamples;
  llvm::copy(points.size, call.size);
  llvm::copy(taps.size, call.taps);
  call.tapStride = domains->rowStride(tapsType(convolution));
  call.nearBytes = h.load(h.i64(), run, offsetof(flexrt_run, near_bytes));
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

Value ConvolutionEmitter::tapsBytes(const Convolution &convolution) {
  Value each = h.roundUp(domains->bytes(tapsType(convolution)), ArenaPlan::kRounding);
  int64_t fields = bool(convolution.wanted & (FLEXRT_OUTPUT | FLEXRT_INPUT_GRADIENT)) +
                   bool(convolution.wanted & FLEXRT_TAPS_GRADIENT);
  return h.mul(each, h.constant(convolution.hidden ? fields : 0));
}

/// These make the taps of a mixture themselves, or need none.
static bool transforms(int32_t algorithm) { return algorithm == FLEXRT_SPECTRAL || algorithm == FLEXRT_BASIS; }

/// A mixture of spectra in place of taps.
static CorrelationCall ofSpectra(CorrelationCall call) {
  call.mixesSpectra = true;
  return call;
}

/// A mixture whose taps are there is none.
static CorrelationCall withTaps(CorrelationCall call) {
  call.hidden = 0, call.mixture = {}, call.mixtureGradient = {};
  return call;
}

Value ConvolutionEmitter::workspaceOf(const Convolution &convolution, const CorrelationCall &call, int32_t algorithm) {
  bool backward = isBackward(convolution);
  SpectralEmitter spectral(h, element, description.lanes);
  Value taps = tapsBytes(convolution);
  auto withMoments = [&](Value bytes) {
    return h.add(taps, backward ? bytes : h.max(bytes, MomentsEmitter(h, element, description.lanes).workspace(call)));
  };
  switch (algorithm) {
  case FLEXRT_DIRECT:
    return withMoments(DirectEmitter(h, element, description.lanes).workspace(call, backward));
  case FLEXRT_SPECTRAL:
    return spectral.workspace(spectral.plan(call, backward));
  case FLEXRT_BASIS:
    return convolution.hidden ? spectral.workspace(spectral.plan(ofSpectra(call), backward)) : h.constant(0);
  default:
    return withMoments(libraryWorkspace(convolution));
  }
}

Value ConvolutionEmitter::isPossible(const Convolution &convolution, int32_t algorithm, Value workspace) {
  return transforms(algorithm) ? Index(h, 1).when(h.less(h.constant(0), workspace), Index(h, 0)) : Index(h, 1);
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

void ConvolutionEmitter::call(HostBuilder &h, const std::string &name, Value run, CorrelationCall call) {
  SmallVector<Value> arguments{run};
  for (Value *pointer : call.pointers())
    arguments.push_back(*pointer ? *pointer : h.null());
  h.call(name, arguments);
}

void ConvolutionEmitter::emitRun(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  ValueRange arguments = open(name(description, i), SmallVector<Type>(1 + CorrelationCall().pointers().size(), h.ptr()), {});
  CorrelationCall call = sizesOf(convolution);
  for (auto [pointer, argument] : llvm::zip_equal(call.pointers(), arguments.drop_front()))
    *pointer = argument;
  for (int32_t algorithm = 0; algorithm < FLEXRT_ALGORITHM_COUNT; ++algorithm) {
    if (algorithm == FLEXRT_BASIS && !convolution.hidden)
      continue;
    h.when(isChosen(i, algorithm), [&] {
      if (convolution.hidden && !transforms(algorithm))
        runMixture(convolution, call, algorithm);
      else
        runOn(convolution, algorithm == FLEXRT_BASIS ? ofSpectra(call) : call, algorithm);
    });
  }
  h.finish();
}

/// Makes the taps, and the gradients of what they were made of from theirs.
void ConvolutionEmitter::runMixture(const Convolution &convolution, CorrelationCall call, int32_t algorithm) {
  MixedTapsEmitter mixture(h, element, description.lanes);
  Value bytes = h.roundUp(domains->bytes(tapsType(convolution)), ArenaPlan::kRounding), top = call.workspace;
  auto place = [&] { return std::exchange(top, h.at(top, bytes)); };
  bool gradients = convolution.wanted & FLEXRT_TAPS_GRADIENT;
  if (convolution.wanted & (FLEXRT_OUTPUT | FLEXRT_INPUT_GRADIENT)) {
    call.kernel = place();
    mixture.mix(call);
  }
  if (gradients)
    call.kernelGradient = place();
  call.workspace = top;
  runOn(convolution, withTaps(call), algorithm);
  if (gradients)
    mixture.gradients(call);
}

void ConvolutionEmitter::runOn(const Convolution &convolution, const CorrelationCall &call, int32_t algorithm) {
  bool backward = isBackward(convolution);
  if (transforms(algorithm)) {
    SpectralEmitter engine(h, element, description.lanes);
    Value plan = engine.plan(call, backward);
    return backward ? engine.backward(plan) : engine.forward(plan);
  }
  if (algorithm == FLEXRT_DIRECT) {
    DirectEmitter engine(h, element, description.lanes);
    backward ? engine.backward(call) : engine.forward(call);
  } else {
    runLibrary(convolution, call);
  }
  // These gather no moments on the way: a pass of its own does, after which their memory is free.
  if (!backward)
    MomentsEmitter(h, element, description.lanes).ofOutput(call);
}

void ConvolutionEmitter::emitWorkspace(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  open(name(description, i) + ".workspace", h.ptr(), h.i64());
  CorrelationCall call = sizesOf(convolution);
  llvm::unique_function<Value(int32_t)> bytes = [&](int32_t algorithm) -> Value {
    auto own = [&] { return workspaceOf(convolution, call, algorithm); };
    if (algorithm + 1 == FLEXRT_ALGORITHM_COUNT)
      return own();
    return h.choose(isChosen(i, algorithm), h.i64(), own, [&] { return bytes(algorithm + 1); });
  };
  h.finish(bytes(0));
}

/// y's computation leaves them, the taps' gradient reads them.
static bool sharesSpectra(const NetworkDescription::Convolution &convolution) {
  return convolution.wanted & (FLEXRT_OUTPUT | FLEXRT_TAPS_GRADIENT);
}

Value ConvolutionEmitter::spectraOf(const Convolution &convolution) {
  Value wanted = h.load(h.b.getI32Type(), run, offsetof(flexrt_run, keep_spectra)), zero = h.constant32(0);
  SpectralEmitter engine(h, element, description.lanes);
  Value bytes = engine.kept(engine.plan(sizesOf(convolution), isBackward(convolution)));
  Value isWanted = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::ne, wanted, zero);
  return h.b.create<arith::SelectOp>(h.loc, isWanted, bytes, h.constant(0));
}

/// Only transforms leave anything that gradients can use.
void ConvolutionEmitter::emitKept(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  open(name(description, i) + ".kept", h.ptr(), h.i64());
  sizesOf(convolution); // known before branches
  Value transforms = h.b.create<arith::OrIOp>(h.loc, isChosen(i, FLEXRT_SPECTRAL), isChosen(i, FLEXRT_BASIS));
  h.finish(h.choose(transforms, h.i64(), [&] { return spectraOf(convolution); }, [&] { return h.constant(0); }));
}

//===- For the choice ----------------------------------------------------------------------------------------------===//

/// Of what it wants, without moments. No type: it takes none.
CorrelationFields<FieldType> ConvolutionEmitter::fieldsOf(const Convolution &convolution) {
  bool y = convolution.wanted & FLEXRT_OUTPUT, dx = convolution.wanted & FLEXRT_INPUT_GRADIENT;
  bool dk = convolution.wanted & FLEXRT_TAPS_GRADIENT, mixed = convolution.hidden > 0;
  FieldType input = dataType(convolution, convolution.in, Layout::Lanes), taps = tapsType(convolution);
  FieldType output = dataType(convolution, convolution.out, Layout::Lanes);
  auto take = [](bool isThere, FieldType type) { return isThere ? type : FieldType(); };
  int64_t pairs = convolution.in * convolution.out;
  MixtureOf<FieldType> mixture;
  if (mixed)
    mixture = {FieldType::get({pairs, convolution.hidden}, element), taps.withShape({convolution.hidden}),
               FieldType::get({pairs}, element), taps.withShape({})};
  return {.input = take(y || dk, input),
          .kernel = take((y || dx) && !mixed, taps),
          .output = take(y, output),
          .gradient = take(dx || dk, output),
          .inputGradient = take(dx, input),
          .kernelGradient = take(dk && !mixed, taps),
          .mixture = mixture,
          .mixtureGradient = dk ? mixture : MixtureOf<FieldType>()};
}

/// With the spectra of x, as in a step: written for y, read for the gradient of the taps.
void ConvolutionEmitter::emitTrialOf(int64_t i, Value arena) {
  CorrelationFields<FieldType> types = fieldsOf(description.convolutions[i]);
  CorrelationCall trial;
  trial.workspace = arena;
  auto put = [&](Value &pointer, Value bytes) { pointer = std::exchange(trial.workspace, h.at(trial.workspace, bytes)); };
  for (auto [pointer, type] : llvm::zip_equal(trial.all(), types.all()))
    if (*type)
      put(*pointer, h.roundUp(domains->bytes(*type), ArenaPlan::kRounding));
  if (sharesSpectra(description.convolutions[i])) {
    Value bytes = h.call(name(description, i) + ".kept", run, h.i64())[0], areKept = h.less(h.constant(0), bytes);
    put(trial.kept, bytes);
    trial.kept = h.b.create<arith::SelectOp>(h.loc, areKept, trial.kept, h.null());
  }
  call(h, name(description, i), run, trial);
}

void ConvolutionEmitter::emitEstimate(int64_t i) {
  const Convolution &convolution = description.convolutions[i];
  ValueRange arguments = open(name(description, i) + ".estimate", {h.ptr(), h.ptr()}, {});
  CorrelationCall call = sizesOf(convolution);
  Value operands = sharesSpectra(convolution) ? spectraOf(convolution) : h.constant(0);
  CorrelationFields<FieldType> fields = fieldsOf(convolution);
  for (FieldType *type : fields.all())
    if (*type)
      operands = h.add(operands, h.roundUp(domains->bytes(*type), ArenaPlan::kRounding));
  AlgorithmCosts costs(h, element, description.lanes, call, convolution.wanted);
  for (int32_t algorithm = 0; algorithm < FLEXRT_ALGORITHM_COUNT; ++algorithm) {
    Value estimate = h.at(arguments[1], algorithm * int64_t(sizeof(flexrt_estimate)));
    Value workspace = workspaceOf(convolution, call, algorithm);
    AlgorithmCosts::Cost cost = costs.of(algorithm);
    h.store(isPossible(convolution, algorithm, workspace), estimate, offsetof(flexrt_estimate, possible));
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
  bool y = convolution.wanted & FLEXRT_OUTPUT, dx = convolution.wanted & FLEXRT_INPUT_GRADIENT;
  bool dk = convolution.wanted & FLEXRT_TAPS_GRADIENT;
  Value bytes = h.constant(0);
  for (auto [isThere, channels] : {std::pair(y || dk, convolution.in), std::pair(y, convolution.out),
                                   std::pair(dx || dk, convolution.out), std::pair(dx, convolution.in)})
    if (isThere)
      bytes = h.add(bytes, h.roundUp(domains->bytes(dataType(convolution, channels, Layout::ChannelsLast)),
                                     ArenaPlan::kRounding));
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
