// The host's side of the spectral convolution: contexts, and the order of the passes over slices of samples.
#include "flex/Conversion/Spectral.h"

#include "flex/Conversion/SpectralCode.h"

#include <numeric>

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

SpectralEmitter::SpectralEmitter(HostBuilder &host, FloatType element, int64_t lanes)
    : h(host), element(element), lanes(lanes) {}

/// Channels of a block whose pairs with `others` fill whole vectors; some vectors' worth, and whole register tiles.
static int64_t channelBlock(int64_t others, int64_t lanes) {
  constexpr int64_t kTile = 6, kVectors = 4; // tiles are 3 channels of two groups, 6 of one
  int64_t whole = std::lcm(kTile, lanes / std::gcd(others, lanes));
  return llvm::divideCeil(kVectors * lanes, whole * others) * whole;
}

static void store(SpectralCode &c, const CorrelationCall &call, bool backward) {
  HostBuilder &h = c.h;
  auto pointer = [&](Slot slot, Value value) { c.set(slot, value ? value : h.null()); };
  auto number = [&](Slot slot, int64_t value) { c.set(slot, h.constant(value)); };
  pointer(Slot::Input, call.input);
  pointer(Slot::Kernel, call.kernel);
  pointer(Slot::Output, call.output);
  pointer(Slot::Gradient, call.gradient);
  pointer(Slot::InputGradient, call.inputGradient);
  pointer(Slot::KernelGradient, call.kernelGradient);
  pointer(Slot::Workspace, call.workspace);
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
  number(Slot::BlockOut, channelBlock(call.in, c.lanes));
  number(Slot::BlockIn, channelBlock(call.out, c.lanes));
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

Value SpectralEmitter::workspace(Value plan) {
  SpectralCode c(h, element, lanes);
  c.context = plan;
  return c[Slot::Bytes];
}

/// `pass` for every slice of the batch.
static void forSlices(SpectralCode &c, llvm::function_ref<void()> pass) {
  Index padded = c[Slot::PaddedSamples], slice = c[Slot::Slice];
  auto loop = c.h.b.create<scf::ForOp>(c.h.loc, c.index(0), padded, slice);
  OpBuilder::InsertionGuard guard(c.h.b);
  c.h.b.setInsertionPointToStart(loop.getBody());
  Index first(c.h, loop.getInductionVar());
  c.set(Slot::FirstSample, first);
  Index vectors = c.index(2 * c.lanes);
  c.set(Slot::SliceGroups, min(c[Slot::Groups], ceilDiv(padded - first, vectors)));
  Index isFirst = c.index(1).when(first.equals(0), c.index(0));
  c.set(Slot::FirstSlice, isFirst);
  c.set(Slot::TapChunks, isFirst * c[Slot::PairVectors]);
  pass();
}

/// Blocks of rows of `channels` channels.
static Index rowChunks(SpectralCode &c, Slot channels) {
  return c[channels] * ceilDiv(c[Slot::DataOuter], c.index(kRowBlock));
}

static void rowsBack(SpectralCode &c, Slot from, Slot to, Slot channels) {
  c.set(Slot::RowsFrom, c.place(from));
  c.set(Slot::RowsTo, c.pointer(to));
  c.run("rows_back", rowChunks(c, channels));
}

void SpectralEmitter::run(Value plan, StringRef name, llvm::function_ref<void(SpectralCode &)> body) {
  SpectralCode c(h, element, lanes);
  {
    OpBuilder::InsertionGuard guard(h.b);
    emitSpectralRows(c);
    emitSpectralTaps(c);
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
    forSlices(c, [&] {
      Index rows = rowChunks(c, Slot::In);
      c.set(Slot::InputChunks, rows);
      c.run("stage", c[Slot::TapChunks] + rows);
      c.run("columns", c[Slot::Columns]);
      rowsBack(c, Slot::InputAt, Slot::Output, Slot::Out);
    });
  });
}

void SpectralEmitter::backward(Value plan) {
  run(plan, "backward", [](SpectralCode &c) {
    Value inputWanted = c.isSet(Slot::InputGradient), kernelWanted = c.isSet(Slot::KernelGradient);
    forSlices(c, [&] {
      c.set(Slot::TapChunks, c[Slot::TapChunks].when(inputWanted, c.index(0)));
      Index rows = rowChunks(c, Slot::In).when(kernelWanted, c.index(0));
      c.set(Slot::InputChunks, rows);
      c.run("stage", c[Slot::TapChunks] + rows + rowChunks(c, Slot::Out));
      c.run("gradient_columns", c[Slot::Columns]);
      c.h.when(inputWanted, [&] { rowsBack(c, Slot::GradientAt, Slot::InputGradient, Slot::In); });
    });
    c.h.when(kernelWanted, [&] { c.run("taps_back", c[Slot::PairVectors]); });
  });
}
