// The pass over the frequencies of axis A: for each, axis B of the data and of the taps, the products over channels, and
// back along axis B. Frequencies f and -f of axis A make one chunk, as the taps, being real, have one spectrum for both:
// w(-f) is the conjugate of w(f), with axis B mirrored too.
//
// Blocks of channels keep the taps' spectra of one frequency of A in the near cache: they are transformed, used for
// every frequency of B, and overwritten by the next block's.
#include "flex/Conversion/SpectralCode.h"
#include "flex/Conversion/SpectralTiles.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

#include <array>

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

namespace {

class ColumnPass {
public:
  explicit ColumnPass(SpectralCode &c)
      : c(c), h(c.h), tiles(h, c.l.element, c.lanes, c.lanes * c.elementBytes == 64 ? 32 : 16), worker(c.worker()) {}

  /// For one or both frequencies of the chunk: `column(f, that of the taps, whether it is the mirrored one)`.
  void forFrequencies(llvm::function_ref<void(Index f, Index first, Value mirrored)> column);
  /// Axis B of T's column f into a block of `pitch`; and back.
  void forward(Slot transformed, Index channels, Index f, Value block, Index pitch);
  void back(Value block, Index pitch, Slot transformed, Index channels, Index f);
  /// block[o] = sum over c of data[c] w(c, o) for all o, or with the conjugate where `conjugate` holds.
  void products(Value data, Index dataPitch, Index inner, Value block, Index blockPitch, Index outer, Slot blockOf,
                Index first, Value mirrored, Value conjugate);
  /// Adds the taps' gradient of this column.
  void tapGradient(Value data, Value gradient, Index first, Value mirrored);

  Value blockX() { return c.workerPlace(worker, Slot::BlockXAt); }
  Value blockY() { return c.workerPlace(worker, Slot::BlockYAt); }

private:
  /// For every complex vector of every channel: where it is in column f of T, and in the block.
  void forChannels(Slot transformed, Index channels, Index f, Value block, Index pitch,
                   llvm::function_ref<void(SpectralCode::Sequence column, SpectralCode::Sequence block)> move);
  /// Factors between the axes of a signal, exp(-2 pi i f o / points) and their conjugates, for every o.
  void makeTwiddles(Index f, Slot forward, std::optional<Slot> inverse);
  Value twiddles(Slot slot) { return c.workerPlace(worker, slot); }
  void tapSpectra(Index first, Index firstPair, Index count);
  void accumulateTaps(Index first, Index firstPair, Index count, Value mirrored);
  Index spectraPlane() { return c[Slot::BlockVectors] * c.lanes; }
  void callEither(Value condition, StringRef then, StringRef otherwise, ValueRange arguments);
  Index bytes(Index elements) { return elements * c.elementBytes; }

  SpectralCode &c;
  HostBuilder &h;
  SpectralTiles tiles;
  Value worker;
};

} // namespace

void ColumnPass::forFrequencies(llvm::function_ref<void(Index, Index, Value)> column) {
  Index length = c[Slot::LengthA], pairs = (length - 1) / 2, chunk = c.chunk();
  Value paired = chunk < pairs;
  // The lone frequencies, 0 and half the length, are half as much work, and come last.
  Index first = (chunk + 1).when(paired, (chunk - pairs) * (length / 2));
  Index count = c.index(2).when(paired, c.index(1));
  h.loop(c.index(0), count, 1, [&](Value number) {
    Index which(h, number);
    Value mirrored = which.equals(1);
    Index f = (length - first).when(mirrored, first);
    h.when(c.isSet(Slot::Causal), [&] {
      makeTwiddles(f, Slot::TwiddlesAt, Slot::InverseTwiddlesAt);
      makeTwiddles(first, Slot::TapTwiddlesAt, std::nullopt);
    });
    column(f, first, mirrored);
  });
}

void ColumnPass::makeTwiddles(Index f, Slot forward, std::optional<Slot> inverse) {
  Index lengthB = c[Slot::LengthB];
  Value points = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), c[Slot::LengthA] * lengthB);
  Value turn = h.real(2 * llvm::numbers::pi, h.f64());
  Value step = h.b.create<arith::DivFOp>(h.loc, turn, points);
  auto put = [&](Value to, Value re, Value im) {
    for (auto [i, part] : llvm::enumerate(std::array{re, im})) {
      Value narrow = c.l.element.isF64() ? part : h.b.create<arith::TruncFOp>(h.loc, c.l.element, part);
      h.store(narrow, to, int64_t(i) * c.elementBytes);
    }
  };
  h.loop(c.index(0), lengthB, 1, [&](Value o) {
    Value count = h.b.create<arith::SIToFPOp>(h.loc, h.f64(), f * Index(h, o));
    Value angle = h.b.create<arith::MulFOp>(h.loc, count, step);
    Value cosine = h.b.create<math::CosOp>(h.loc, angle), sine = h.b.create<math::SinOp>(h.loc, angle);
    Value down = h.b.create<arith::NegFOp>(h.loc, sine);
    Index at = Index(h, o) * 2;
    put(c.at(twiddles(forward), at), cosine, down);
    if (inverse)
      put(c.at(twiddles(*inverse), at), cosine, sine);
  });
}

void ColumnPass::forChannels(Slot transformed, Index channels, Index f, Value block, Index pitch,
                             llvm::function_ref<void(SpectralCode::Sequence column, SpectralCode::Sequence block)> move) {
  Value column = c.at(c.place(transformed), f * c[Slot::RowPitch]);
  h.loop(c.index(0), channels, 1, [&](Value channel) {
    h.loop(c.index(0), c[Slot::SliceGroups], 1, [&](Value g) {
      Index group = Index(h, g) * (2 * c.lanes);
      Value there = c.at(column, Index(h, channel) * c[Slot::ChannelPitch] + group);
      Value here = c.at(block, Index(h, channel) * c[Slot::Slice] + group);
      move({there, c[Slot::Slice], c.index(c.lanes)}, {here, pitch, c.index(c.lanes)});
    });
  });
}

void ColumnPass::forward(Slot transformed, Index channels, Index f, Value block, Index pitch) {
  forChannels(transformed, channels, f, block, pitch, [&](auto column, auto block) {
    c.transform(Slot::ForwardB, column, block, c.index(0), c[Slot::DataOuter], twiddles(Slot::TwiddlesAt));
  });
}

void ColumnPass::back(Value block, Index pitch, Slot transformed, Index channels, Index f) {
  forChannels(transformed, channels, f, block, pitch, [&](auto column, auto block) {
    c.transform(Slot::InverseB, block, column, c.index(0), c[Slot::DataOuter], twiddles(Slot::InverseTwiddlesAt));
  });
}

/// Axis B of the taps' spectra of `count` pairs from `firstPair`, which fills whole vectors.
void ColumnPass::tapSpectra(Index first, Index firstPair, Index count) {
  Index vector = firstPair / c.lanes, rows = c[Slot::TapOuter] * (2 * c.lanes);
  Value from = c.at(c.place(Slot::TapsAt), first * c[Slot::TapRowPitch] + vector * rows);
  Value to = c.workerPlace(worker, Slot::WeightAt);
  h.loop(c.index(0), ceilDiv(count, c.index(c.lanes)), 1, [&](Value v) {
    c.transform(Slot::ForwardB, {c.at(from, Index(h, v) * rows), c.index(2 * c.lanes), c.index(c.lanes)},
                {c.at(to, Index(h, v) * c.lanes), c[Slot::WeightPitch], spectraPlane()}, c[Slot::TapOriginB],
                c[Slot::TapOuter], twiddles(Slot::TapTwiddlesAt));
  });
}

void ColumnPass::callEither(Value condition, StringRef then, StringRef otherwise, ValueRange arguments) {
  h.when(condition, [&] { h.call(then, arguments); }, [&] { h.call(otherwise, arguments); });
}

void ColumnPass::products(Value data, Index dataPitch, Index inner, Value block, Index blockPitch, Index outer,
                          Slot blockOf, Index first, Value mirrored, Value conjugate) {
  std::string plain = tiles.product({}).getSymName().str();
  std::string conjugated = tiles.product({.conjugate = true}).getSymName().str();
  Index length = c[Slot::LengthB], size = c[blockOf];
  Value weights = c.workerPlace(worker, Slot::WeightAt);
  // The taps of a mirrored frequency are the conjugates.
  Value flipped = h.b.create<arith::XOrIOp>(h.loc, mirrored, conjugate);
  auto step = h.b.create<scf::ForOp>(h.loc, c.index(0), outer, size);
  OpBuilder::InsertionGuard guard(h.b);
  h.b.setInsertionPointToStart(step.getBody());
  Index o(h, step.getInductionVar()), present = min(size, outer - o);
  tapSpectra(first, o * inner, present * inner);
  h.loop(c.index(0), length, 1, [&](Value number) {
    Index f(h, number), mirror = (length * 2 - c[Slot::MirrorShift] - f) % length;
    Index weightsOf = mirror.when(mirrored, f);
    Value x = c.at(data, f * dataPitch), w = c.at(weights, weightsOf * c[Slot::WeightPitch]);
    Value y = c.at(block, f * blockPitch + o * c[Slot::Slice]);
    callEither(flipped, conjugated, plain,
               {x, bytes(c[Slot::Slice]), w, c.index(c.elementBytes), bytes(inner), bytes(spectraPlane()), y,
                bytes(c[Slot::Slice]), inner, present, c[Slot::SliceGroups]});
  });
}

void ColumnPass::tapGradient(Value data, Value gradient, Index first, Value mirrored) {
  Index in = c[Slot::In], out = c[Slot::Out], length = c[Slot::LengthB], size = c[Slot::BlockOut];
  std::string turn = tiles.turn().getSymName().str();
  std::string plain = tiles.taps({}).getSymName().str();
  std::string swapped = tiles.taps({.conjugate = true}).getSymName().str();
  Value turned = c.workerPlace(worker, Slot::TurnedAt), sums = c.workerPlace(worker, Slot::WeightAt);
  Index turnedRow = bytes({h, tiles.turnedElements(in)});
  h.loop(c.index(0), length, 1, [&](Value number) {
    Index f(h, number);
    h.call(turn, {c.at(data, f * c[Slot::InPitch]), bytes(c[Slot::Slice]), c.at(turned, f * c[Slot::TurnedPitch]),
                  turnedRow, in, c[Slot::SliceGroups]});
  });
  auto step = h.b.create<scf::ForOp>(h.loc, c.index(0), out, size);
  OpBuilder::InsertionGuard guard(h.b);
  h.b.setInsertionPointToStart(step.getBody());
  Index o(h, step.getInductionVar()), present = min(size, out - o);
  Value causal = c.isSet(Slot::Causal);
  h.loop(c.index(0), length, 1, [&](Value number) {
    Index f(h, number);
    Value x = c.at(turned, f * c[Slot::TurnedPitch]), y = c.at(gradient, f * c[Slot::OutPitch] + o * c[Slot::Slice]);
    Value d = c.at(sums, f * c[Slot::WeightPitch]);
    callEither(causal, swapped, plain,
               {x, turnedRow, y, bytes(c[Slot::Slice]), in, present, c[Slot::SliceGroups], d, bytes(in), bytes(spectraPlane())});
  });
  accumulateTaps(first, o * in, present * in, mirrored);
}

/// Back along axis B, and added to what other columns and slices gave: a mirrored column is the other's conjugate.
void ColumnPass::accumulateTaps(Index first, Index firstPair, Index count, Value mirrored) {
  Lanes &l = c.l;
  Index vector = firstPair / c.lanes, outer = c[Slot::TapOuter], rows = outer * (2 * c.lanes);
  Value from = c.workerPlace(worker, Slot::WeightAt), spectrum = c.workerPlace(worker, Slot::SpectrumAt);
  Value to = c.at(c.place(Slot::TapGradientAt), first * c[Slot::TapRowPitch] + vector * rows);
  Value isFirst = h.b.create<arith::SelectOp>(h.loc, mirrored, h.b.create<arith::ConstantIntOp>(h.loc, 0, 1),
                                              c.isSet(Slot::FirstSlice));
  Value sign = h.b.create<arith::SelectOp>(h.loc, mirrored, l.number(-1), l.number(1));
  h.loop(c.index(0), ceilDiv(count, c.index(c.lanes)), 1, [&](Value v) {
    c.transform(Slot::InverseB, {c.at(from, Index(h, v) * c.lanes), c[Slot::WeightPitch], spectraPlane()},
                {spectrum, c.index(2 * c.lanes), c.index(c.lanes)}, c[Slot::TapOriginB], outer,
                twiddles(Slot::InverseTwiddlesAt));
    Value sum = c.at(to, Index(h, v) * rows);
    h.loop(c.index(0), outer, 1, [&](Value o) {
      Index row = Index(h, o) * (2 * c.lanes);
      Value added = c.at(spectrum, row), total = c.at(sum, row);
      Value re = l.loadLanes(added), im = l.mul(l.loadLanes(c.at(added, c.lanes)), sign);
      auto before = [&](int64_t offset) {
        return h.choose(isFirst, l.laneType(), [&] { return l.zero(); },
                        [&] { return l.loadLanes(c.at(total, offset)); });
      };
      l.store(l.add(before(0), re), total);
      l.store(l.add(before(c.lanes), im), c.at(total, c.lanes));
    });
  });
}

void flex::emitSpectralColumns(SpectralCode &c) {
  HostBuilder &h = c.h;
  if (c.open("columns", /*chunked=*/true)) {
    ColumnPass pass(c);
    Index in = c[Slot::In], out = c[Slot::Out];
    Value correlates = c[Slot::Causal].equals(0);
    pass.forFrequencies([&](Index f, Index first, Value mirrored) {
      pass.forward(Slot::InputAt, in, f, pass.blockX(), c[Slot::InPitch]);
      pass.products(pass.blockX(), c[Slot::InPitch], in, pass.blockY(), c[Slot::OutPitch], out, Slot::BlockOut, first,
                    mirrored, correlates);
      pass.back(pass.blockY(), c[Slot::OutPitch], Slot::InputAt, out, f);
    });
    c.close();
  }
  if (c.open("gradient_columns", /*chunked=*/true)) {
    ColumnPass pass(c);
    Index in = c[Slot::In], out = c[Slot::Out];
    Value convolves = c.isSet(Slot::Causal);
    Value inputWanted = c.isSet(Slot::InputGradient), kernelWanted = c.isSet(Slot::KernelGradient);
    pass.forFrequencies([&](Index f, Index first, Value mirrored) {
      pass.forward(Slot::GradientAt, out, f, pass.blockY(), c[Slot::OutPitch]);
      h.when(inputWanted, [&] {
        pass.products(pass.blockY(), c[Slot::OutPitch], out, pass.blockX(), c[Slot::InPitch], in, Slot::BlockIn, first,
                      mirrored, convolves);
        pass.back(pass.blockX(), c[Slot::InPitch], Slot::GradientAt, in, f);
      });
      h.when(kernelWanted, [&] {
        pass.forward(Slot::InputAt, in, f, pass.blockX(), c[Slot::InPitch]);
        pass.tapGradient(pass.blockX(), pass.blockY(), first, mirrored);
      });
    });
    c.close();
  }
}
