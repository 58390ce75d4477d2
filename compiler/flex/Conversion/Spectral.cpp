// The host's side of the spectral convolution: contexts, and the order of the passes over slices of samples.
#include "flex/Conversion/Spectral.h"

#include "flex/Conversion/Moments.h"
#include "flex/Conversion/SpectralCode.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

SpectralEmitter::SpectralEmitter(HostBuilder &host, FloatType element, int64_t lanes)
    : h(host), element(element), lanes(lanes) {}

static void store(SpectralCode &c, const CorrelationCall &call, bool backward) {
  HostBuilder &h = c.h;
  auto pointer = [&](Slot slot, Value value) { c.set(slot, value ? value : h.null()); };
  auto number = [&](Slot slot, int64_t value) { c.set(slot, h.constant(value)); };
  pointer(Slot::Input, call.input);
  pointer(Slot::Kernel, call.hidden ? call.mixture.basis : call.kernel);
  pointer(Slot::Output, call.output);
  pointer(Slot::Gradient, call.gradient);
  pointer(Slot::InputGradient, call.inputGradient);
  pointer(Slot::KernelGradient, call.hidden ? call.mixtureGradient.basis : call.kernelGradient);
  pointer(Slot::Weight, call.mixture.weight);
  pointer(Slot::Bias, call.mixture.bias);
  pointer(Slot::Scale, call.mixture.scale);
  pointer(Slot::WeightGradient, call.mixtureGradient.weight);
  pointer(Slot::BiasGradient, call.mixtureGradient.bias);
  pointer(Slot::ScaleGradient, call.mixtureGradient.scale);
  number(Slot::Hidden, call.mixesSpectra ? call.hidden : 0);
  number(Slot::TapsOf, call.mixesSpectra ? 0 : call.hidden);
  c.set(Slot::NearBytes, call.nearBytes ? call.nearBytes : h.constant(0));
  pointer(Slot::Kept, call.kept);
  pointer(Slot::Mean, call.mean);
  pointer(Slot::Deviations, call.deviations);
  pointer(Slot::Workspace, call.workspace);
  pointer(Slot::Source, call.source.call);
  pointer(Slot::SourceContext, call.source.context);
  c.set(Slot::Samples, call.samples);
  c.set(Slot::PaddedSamples, call.paddedSamples);
  number(Slot::In, call.in);
  number(Slot::Out, call.out);
  c.set(Slot::Size0, call.size[0]);
  c.set(Slot::Size1, call.size[1]);
  c.set(Slot::Taps0, call.taps[0]);
  c.set(Slot::Taps1, call.taps[1]);
  c.set(Slot::TapStride, call.tapStride);
  number(Slot::Causal, call.causal);
  number(Slot::Backward, backward);
}

Value SpectralEmitter::plan(const CorrelationCall &call, bool backward) {
  SpectralCode c(h, element, lanes);
  {
    OpBuilder::InsertionGuard guard(h.b);
    emitSpectralPlan(c, call.causal);
  }
  c.newContext();
  store(c, call, backward);
  c.run(spectralPlanName(call.causal));
  return c.context;
}

static Value fromPlan(HostBuilder &h, FloatType element, int64_t lanes, Value plan, Slot slot) {
  SpectralCode c(h, element, lanes);
  c.context = plan;
  return c[slot];
}

Value SpectralEmitter::workspace(Value plan) { return fromPlan(h, element, lanes, plan, Slot::Bytes); }
Value SpectralEmitter::kept(Value plan) { return fromPlan(h, element, lanes, plan, Slot::KeptBytes); }

/// Which points of a signal tile `number` reads, and which results it keeps. For y it reads what comes before its outputs
/// as well, so they come out `Shift` points behind its start; for gradients it reads what comes behind.
static void setTile(SpectralCode &c, Index number) {
  Index size = c[Slot::Size0], length = c[Slot::LengthA] * c[Slot::LengthB], step = c[Slot::DataStep], zero = c.index(0);
  Index start = number * c[Slot::Tile], shift = zero.when(c.isSet(Slot::Backward), c[Slot::Shift]), base = start - shift;
  Index left = size - start;
  c.set(Slot::Base, base);
  c.set(Slot::ReadFrom, max(shift - start, zero) / step);
  c.set(Slot::ReadEnd, min(left + shift, length) + step - 1);
  c.set(Slot::KeptFrom, shift / step);
  c.set(Slot::KeptEnd, min(left, c[Slot::Tile]) + shift + step - 1);
}

static void setWholeImage(SpectralCode &c) {
  for (Slot slot : {Slot::Base, Slot::ReadFrom, Slot::KeptFrom})
    c.set(slot, c.index(0));
  c.set(Slot::ReadEnd, c[Slot::DataEnd]);
  c.set(Slot::KeptEnd, c[Slot::DataEnd]);
}

/// `pass` for every slice of the batch and tile of the signal. A vector that has none to make pairs with is a slice of its
/// own, the last.
static void forSlices(SpectralCode &c, llvm::function_ref<void()> pass) {
  HostBuilder &h = c.h;
  Index pairs = c[Slot::PaddedSamples] / (2 * c.lanes), groups = c[Slot::Groups], slices = c[Slot::Slices];
  Index tiles = c[Slot::Tiles];
  c.set(Slot::KeptAt, c.pointer(Slot::Kept));
  h.loop(c.index(0), slices, 1, [&](Value number) {
    Index slice(h, number), firstPair = min(slice / tiles * groups, pairs);
    Value isLone = firstPair.equals(pairs), isLast = (slice + 1).equals(slices);
    auto flag = [&](Slot slot, Value value) { c.set(slot, c.index(1).when(value, c.index(0))); };
    c.set(Slot::FirstSample, firstPair * (2 * c.lanes));
    c.setSlice(c.index(1).when(isLone, min(groups, pairs - firstPair)), isLone);
    h.when(c.isSet(Slot::Causal), [&] { setTile(c, slice % tiles); }, [&] { setWholeImage(c); });
    flag(Slot::Lone, isLone);
    flag(Slot::FirstSlice, slice.equals(0));
    flag(Slot::LastSlice, isLast);
    c.set(Slot::TapChunks, c[Slot::SignalVectors].when(slice.equals(0), c.index(0)));
    pass();
    Index columns = c[Slot::Columns].when(isLone, c[Slot::LengthA]);
    c.set(Slot::KeptAt, c.at(c.pointer(Slot::KeptAt), columns * c[Slot::KeptFrame]));
  });
}

/// Blocks of rows of all channels, or vectors of channels.
static Index rowChunks(SpectralCode &c, Slot channels) {
  return c[channels] * ceilDiv(c[Slot::DataOuter], c.index(kRowBlock));
}

static void rowsBack(SpectralCode &c, Slot from, Slot to, Slot channels, Slot vectors) {
  c.set(Slot::RowsFrom, c.place(from));
  c.set(Slot::RowsTo, c.pointer(to));
  c.set(Slot::RowChannels, c[channels]);
  c.run("rows_back", rowChunks(c, vectors));
}

/// The matrix of a mixture, which products at all frequencies take.
static void prepareMixture(SpectralCode &c) {
  c.h.when(c.isSet(Slot::Hidden), [&] { c.run("matrix", c[Slot::PairVectors]); });
}

void SpectralEmitter::run(Value plan, StringRef name, llvm::function_ref<void(SpectralCode &)> body) {
  SpectralCode c(h, element, lanes);
  {
    OpBuilder::InsertionGuard guard(h.b);
    emitSpectralRows(c);
    emitSpectralTaps(c);
    emitSpectralMixedTaps(c);
    emitSpectralMixture(c);
    emitSpectralColumns(c);
    if (c.open(name, /*chunked=*/false)) {
      body(c);
      c.close();
    }
  }
  c.context = plan;
  c.run(name);
}

void SpectralEmitter::forward(Value plan) {
  run(plan, "forward", [](SpectralCode &c) {
    HostBuilder &h = c.h;
    Value none = h.null(), parts = c.place(Slot::MomentsAt), wanted = c.isSet(Slot::Mean);
    Index chunks = rowChunks(c, Slot::Out); // of moments
    c.set(Slot::PartsTo, h.b.create<arith::SelectOp>(h.loc, wanted, parts, none));
    prepareMixture(c);
    forSlices(c, [&] {
      Index rows = rowChunks(c, Slot::InVectors);
      c.set(Slot::InputChunks, rows);
      c.run("stage", c[Slot::TapChunks] + rows);
      c.run("columns", c[Slot::Columns]);
      rowsBack(c, Slot::InputAt, Slot::Output, Slot::Out, Slot::OutVectors);
      Value nextParts = c.at(c.pointer(Slot::PartsTo), chunks * MomentsEmitter::kPartElements);
      c.set(Slot::PartsTo, h.b.create<arith::SelectOp>(h.loc, wanted, nextParts, none));
    });
    h.when(wanted, [&] {
      MomentsEmitter(h, c.l.element, c.lanes)
          .combine(parts, c[Slot::Slices], c[Slot::Out], chunks / c[Slot::Out], c.pointer(Slot::Mean),
                   c.pointer(Slot::Deviations));
    });
  });
}

void SpectralEmitter::backward(Value plan) {
  run(plan, "backward", [](SpectralCode &c) {
    c.set(Slot::PartsTo, c.h.null());
    Value inputWanted = c.isSet(Slot::InputGradient), kernelWanted = c.isSet(Slot::KernelGradient);
    prepareMixture(c);
    // The gradient of a mixture's matrix asks for its signals, too.
    Value tapsWanted = c.h.b.create<arith::OrIOp>(c.h.loc, inputWanted, c.isSet(Slot::Hidden));
    forSlices(c, [&] {
      c.set(Slot::TapChunks, c[Slot::TapChunks].when(tapsWanted, c.index(0)));
      Value inputWithout = c.h.b.create<arith::AndIOp>(c.h.loc, kernelWanted, c[Slot::Kept].equals(0));
      Index rows = rowChunks(c, Slot::InVectors).when(inputWithout, c.index(0));
      c.set(Slot::InputChunks, rows);
      c.run("stage", c[Slot::TapChunks] + rows + rowChunks(c, Slot::OutVectors));
      c.run("gradient_columns", ceilDiv(c[Slot::Columns], c[Slot::ColumnBlock]));
      c.h.when(inputWanted, [&] { rowsBack(c, Slot::GradientAt, Slot::InputGradient, Slot::In, Slot::InVectors); });
    });
    c.h.when(kernelWanted, [&] {
      c.run("taps_back", ceilDiv(c[Slot::SignalVectors], c[Slot::TapBlock]));
      c.h.when(c.isSet(Slot::TapsOf), [&] { c.run("signals_back", c[Slot::TapsOf] + 1); });
      c.h.when(c.isSet(Slot::Hidden), [&] { c.run("matrix_back", c[Slot::PairVectors]); });
    });
  });
}
