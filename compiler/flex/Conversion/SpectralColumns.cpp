// The pass over the frequencies of axis A: for each, axis B of the data and of the taps, the products over channels,
// and back along axis B. Frequencies f and -f of axis A make one chunk, as the taps, being real, have one spectrum for
// both: w(-f) is the conjugate of w(f), with axis B mirrored too.
//
// The taps' spectra of one frequency of A are made once and used for f, for -f and for every slice of the batch; and
// the sums for their gradient are added up over all of these before they go back along axis B.
#include "flex/Conversion/SpectralCode.h"
#include "flex/Conversion/SpectralTiles.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

#include <array>

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

namespace {

/// Where a column's block of x, or of y, says how it lies.
struct Side {
  Slot block, channels, vectors, pitch, imaginary;
};
constexpr Side kX{Slot::BlockXAt, Slot::In, Slot::InVectors, Slot::InPitch, Slot::InImaginary};
constexpr Side kY{Slot::BlockYAt, Slot::Out, Slot::OutVectors, Slot::OutPitch, Slot::OutImaginary};

class ColumnPass {
public:
  explicit ColumnPass(SpectralCode &c)
      : c(c), h(c.h), tiles(h, c.l.element, c.lanes, c.registers()), worker(c.worker()),
        in(c[Slot::In]), out(c[Slot::Out]), first(c.index(0)), expectedVectors(first) {}

  /// For one or both frequencies with this number: `column(f)`.
  void forFrequencies(Index number, llvm::function_ref<void(Index f)> column);
  /// Axis B of T's column f into the block; and back.
  void forward(Slot transformed, Index f, Side side);
  void back(Slot transformed, Index f, Side side);
  /// Which column will be read next: asked for while products leave memory idle.
  void expect(Slot transformed, Index f, Side side);
  /// x's, or what was kept of it.
  void expectInput(Index f);
  /// The frequency after f: its mirror, or that of the chunk's next column, or of the worker's next chunk, if all workers
  /// take turns.
  Index following(Index f);
  /// Has x's block written to where the taps' gradient will read it, if that is wanted, on the way of the products of the outputs.
  void keep(Index f);
  /// x's block for the taps' gradient: what was kept, or made now.
  Value inputs(Index f);
  /// y's block from x's.
  void outputs();
  /// The block of x's gradient, in place of x, from that of y's gradient.
  void inputGradients();
  /// Adds the products of `x`'s block and y's gradient's to the sums of the taps' gradient.
  void addToSums(Value x);
  /// The taps' gradient, once its sums are complete.
  void tapGradient();

private:
  Value block(Side side) { return c.workerPlace(worker, side.block); }
  /// For every complex vector of all channels: where it is in column f of T, and in the block.
  void forVectors(Slot transformed, Index f, Side side,
                  llvm::function_ref<void(SpectralCode::Sequence column, SpectralCode::Sequence block)> move);
  /// The block of the other side: the taps' spectra, or their conjugates, times this one's.
  void multiply(Side from, Side to, Value conjugate);
  /// Factors between the axes of a signal, exp(-2 pi i f o / points) and their conjugates, for every o.
  void makeTwiddles(Index f, Slot forward, Slot inverse);
  Value twiddles(Slot direct, Slot ofMirror);
  /// Makes the taps' spectra, unless they are there.
  void needTaps();
  /// For every frequency of B: its number, that of the taps that meet it, and what its product sees to on the way.
  void forTaps(llvm::function_ref<void(Index f, Index taps, Errands errands)> body);
  /// What is kept of the taps at frequency `first`.
  Value frame(Slot frames);
  /// Spectra at one frequency of A: from one frequency B to the next, and from real to imaginary parts.
  struct Spectra {
    Value start;
    Index pitch, imaginary;
  };
  Spectra pairSpectra(Slot frames) { return {frame(frames), c[Slot::WeightPitch], c[Slot::PairVectors] * c.lanes}; }
  /// Those of a mixture's signals, in the worker's memory.
  Spectra signalSpectra() {
    return {c.workerPlace(worker, Slot::SignalsAt), c[Slot::SignalPitch], c[Slot::SignalVectors] * c.lanes};
  }
  void forTapVectors(Slot transformed, Spectra spectra,
                     llvm::function_ref<void(SpectralCode::Sequence row, SpectralCode::Sequence spectrum)> move);
  /// Axis B of what T has of the taps, or of a mixture's signals; and back.
  void tapsForward(Spectra to);
  void tapsBack(Spectra from);
  /// Bytes from the real to the imaginary parts.
  Index plane() { return bytes(c[Slot::PairVectors] * c.lanes); }
  void callEither(Value condition, StringRef then, StringRef otherwise, ValueRange arguments);
  Index bytes(Index elements) { return elements * c.elementBytes; }
  Value keptBlock(Index f) { return c.at(c.pointer(Slot::KeptAt), f * c[Slot::KeptFrame]); }
  Index channelBytes() { return bytes(c[Slot::ChannelStride]); }
  Index imaginaryBytes(Side side) { return bytes(c[side.imaginary]); }
  Value both(Value x, Value y) { return h.b.create<arith::AndIOp>(h.loc, x, y); }
  Value differ(Value x, Value y) { return h.b.create<arith::XOrIOp>(h.loc, x, y); }

  SpectralCode &c;
  HostBuilder &h;
  SpectralTiles tiles;
  Value worker;
  Index in, out;
  Index first;    ///< the frequency of the taps
  Value hasMirror; ///< i1: -first is another frequency
  Value mirrored; ///< i1: the data's is -first
  Value expected;
  Index expectedVectors;
  Value kept, keptScale; ///< of x's block, in the pass that keeps it
};

} // namespace

void ColumnPass::forFrequencies(Index number, llvm::function_ref<void(Index)> column) {
  Index length = c[Slot::LengthA], pairs = (length - 1) / 2;
  Value isWhole = c[Slot::Lone].equals(0);
  hasMirror = number < pairs;
  // The frequencies without a mirror, 0 and half the length, are half as much work, and come last.
  first = (number + 1).when(hasMirror, (number - pairs) * (length / 2));
  Value causal = c.isSet(Slot::Causal);
  h.when(causal, [&] { makeTwiddles(first, Slot::TwiddlesAt, Slot::InverseTwiddlesAt); });
  h.loop(c.index(0), c.index(2).when(both(hasMirror, isWhole), c.index(1)), 1, [&](Value number) {
    mirrored = Index(h, number).equals(1);
    Index f = (length - first).when(mirrored, first);
    h.when(both(causal, mirrored), [&] { makeTwiddles(f, Slot::MirroredTwiddlesAt, Slot::MirroredInverseTwiddlesAt); });
    column(f);
  });
}

void ColumnPass::makeTwiddles(Index f, Slot forward, Slot inverse) {
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
    put(c.at(c.workerPlace(worker, forward), at), cosine, down);
    put(c.at(c.workerPlace(worker, inverse), at), cosine, sine);
  });
}

Value ColumnPass::twiddles(Slot direct, Slot ofMirror) {
  Index place = c[ofMirror].when(mirrored, c[direct]);
  return h.at(worker, place);
}

void ColumnPass::forVectors(
    Slot transformed, Index f, Side side,
    llvm::function_ref<void(SpectralCode::Sequence column, SpectralCode::Sequence block)> move) {
  Value column = c.at(c.place(transformed), f * c[Slot::RowPitch]), start = block(side);
  h.loop(c.index(0), c[side.vectors], 1, [&](Value vector) {
    h.loop(c.index(0), c[Slot::SliceGroups], 1, [&](Value g) {
      Index group = Index(h, g) * (2 * c.lanes);
      Value there = c.at(column, Index(h, vector) * c[Slot::ChannelPitch] + group);
      Value here = c.at(start, Index(h, vector) * c[Slot::BlockStride] + group);
      move({there, c[Slot::Slice], c.index(c.lanes)}, {here, c[side.pitch], c[side.imaginary]});
    });
  });
}

void ColumnPass::forward(Slot transformed, Index f, Side side) {
  forVectors(transformed, f, side, [&](auto column, auto block) {
    c.transform(Slot::ForwardB, column, block, c.index(0), c[Slot::DataOuter],
                twiddles(Slot::TwiddlesAt, Slot::MirroredTwiddlesAt));
  });
}

void ColumnPass::back(Slot transformed, Index f, Side side) {
  forVectors(transformed, f, side, [&](auto column, auto block) {
    c.transform(Slot::InverseB, block, column, c.index(0), c[Slot::DataOuter],
                twiddles(Slot::InverseTwiddlesAt, Slot::MirroredInverseTwiddlesAt));
  });
}

Value ColumnPass::frame(Slot frames) {
  Index number = first.when(c.index(1) < c[Slot::Slices], c.workerNumber());
  return h.at(c.place(frames), number * c[Slot::FrameBytes]);
}

void ColumnPass::forTapVectors(Slot transformed, Spectra spectra,
                               llvm::function_ref<void(SpectralCode::Sequence, SpectralCode::Sequence)> move) {
  Index rows = c[Slot::TapOuter] * (2 * c.lanes);
  Value there = c.at(c.place(transformed), first * c[Slot::TapRowPitch]);
  h.loop(c.index(0), c[Slot::SignalVectors], 1, [&](Value v) {
    move({c.at(there, Index(h, v) * rows), c.index(2 * c.lanes), c.index(c.lanes)},
         {c.at(spectra.start, Index(h, v) * c.lanes), spectra.pitch, spectra.imaginary});
  });
}

void ColumnPass::tapsForward(Spectra to) {
  forTapVectors(Slot::TapsAt, to, [&](auto row, auto spectrum) {
    c.transform(Slot::TapForwardB, row, spectrum, c[Slot::TapOriginB], c[Slot::TapOuter],
                c.workerPlace(worker, Slot::TwiddlesAt));
  });
}

void ColumnPass::needTaps() {
  Value absent = h.b.create<arith::SelectOp>(h.loc, mirrored, h.b.create<arith::ConstantIntOp>(h.loc, 0, 1),
                                             c.isSet(Slot::FirstSlice));
  h.when(absent, [&] {
    h.when(
        c.isSet(Slot::Hidden),
        [&] {
          Spectra signals = signalSpectra();
          tapsForward(signals);
          mixSpectra(c, signals.start, frame(Slot::WeightsAt));
        },
        [&] { tapsForward(pairSpectra(Slot::WeightsAt)); });
  });
}

void ColumnPass::callEither(Value condition, StringRef then, StringRef otherwise, ValueRange arguments) {
  h.when(condition, [&] { h.call(then, arguments); }, [&] { h.call(otherwise, arguments); });
}

Index ColumnPass::following(Index f) {
  Index length = c[Slot::LengthA];
  Index later = min(first + c[Slot::ColumnStep], length / 2), mirror = (length - first) % length;
  return later.when(mirrored, later.when(c.isSet(Slot::Lone), mirror));
}

void ColumnPass::expect(Slot transformed, Index f, Side side) {
  expected = c.at(c.place(transformed), f * c[Slot::RowPitch]);
  expectedVectors = c[side.vectors] * c[Slot::ChannelPitch] / c.lanes;
}

void ColumnPass::expectInput(Index f) {
  expect(Slot::InputAt, f, kX);
  Value isKept = c.isSet(Slot::Kept);
  expected = h.b.create<arith::SelectOp>(h.loc, isKept, keptBlock(f), expected);
  expectedVectors = (c[Slot::KeptFrame] / c.lanes).when(isKept, expectedVectors);
}

/// A lone vector's f stands for -f, too, where both count: see emitLoneRows.
void ColumnPass::keep(Index f) {
  Value isDouble = both(c.isSet(Slot::Lone), hasMirror);
  kept = keptBlock(f);
  keptScale = h.b.create<arith::SelectOp>(h.loc, isDouble, c.l.number(2), c.l.number(1));
}

Value ColumnPass::inputs(Index f) {
  Value isKept = c.isSet(Slot::Kept), made = block(kX), there = keptBlock(f);
  h.when(c[Slot::Kept].equals(0), [&] { forward(Slot::InputAt, f, kX); });
  return h.b.create<arith::SelectOp>(h.loc, isKept, there, made);
}

void ColumnPass::forTaps(llvm::function_ref<void(Index, Index, Errands)> body) {
  Index length = c[Slot::LengthB];
  h.loop(c.index(0), length, 1, [&](Value number) {
    Index f(h, number), mirror = (length * 2 - c[Slot::MirrorShift] - f) % length;
    Index part = ceilDiv(expectedVectors, length), from = f * part;
    Errands errands = Errands::none(h, c.l.element);
    errands.ahead = c.at(expected, from * c.lanes);
    errands.aheadVectors = max(min(part, expectedVectors - from), c.index(0));
    if (kept) {
      errands.from = c.at(block(kX), f * c[Slot::InPitch]);
      errands.to = c.at(kept, f * c[Slot::InPitch]);
      errands.vectors = c[Slot::InPitch].when(c.isSet(Slot::Kept), c.index(0)) / c.lanes;
      errands.scale = keptScale;
    }
    body(f, mirror.when(mirrored, f), errands);
  });
}

void ColumnPass::multiply(Side from, Side to, Value conjugate) {
  needTaps();
  bool toOutputs = to.block == kY.block;
  Value weights = frame(Slot::WeightsAt);
  Index element = c.index(c.elementBytes), row = bytes(in);
  auto plain = [&](Value x, Value w, Value y, const Errands &errands, bool conjugates) {
    SmallVector<Value> arguments{x, channelBytes(), w, toOutputs ? element : row, toOutputs ? row : element, plane(),
                                 y, channelBytes(), c[from.channels], c[to.channels], c[Slot::SliceGroups]};
    errands.appendTo(arguments);
    h.call(tiles.product({.conjugate = conjugates}).getSymName(), arguments);
  };
  auto folded = [&](Value x, Value w, Value y, const Errands &errands, bool conjugates) {
    SmallVector<Value> arguments{x, imaginaryBytes(from), w, plane(), y, imaginaryBytes(to), in, out};
    errands.appendTo(arguments);
    for (int64_t fold = 2; fold <= c.lanes; fold *= 2)
      h.when(c[Slot::Fold].equals(fold), [&] {
        h.call(tiles.folded(fold, toOutputs, {.conjugate = conjugates}).getSymName(), arguments);
      });
  };
  forTaps([&](Index f, Index taps, Errands errands) {
    Value x = c.at(block(from), f * c[from.pitch]), y = c.at(block(to), f * c[to.pitch]);
    Value w = c.at(weights, taps * c[Slot::WeightPitch]);
    auto product = [&](bool conjugates) {
      h.when(
          c[Slot::Fold].equals(1), [&] { plain(x, w, y, errands, conjugates); },
          [&] { folded(x, w, y, errands, conjugates); });
    };
    h.when(conjugate, [&] { product(true); }, [&] { product(false); });
  });
}

/// A signal's output is a convolution; an image's is a correlation, with the conjugates. So are those of -f.
void ColumnPass::outputs() { multiply(kX, kY, differ(mirrored, c[Slot::Causal].equals(0))); }
void ColumnPass::inputGradients() { multiply(kY, kX, differ(mirrored, c.isSet(Slot::Causal))); }

void ColumnPass::addToSums(Value x) {
  std::string turn = tiles.turn().getSymName().str();
  auto product = [&](bool conjugate, bool accumulate) {
    return tiles.taps({.conjugate = conjugate, .accumulate = accumulate}).getSymName().str();
  };
  std::string plain = product(false, false), swapped = product(true, false);
  std::string plainMore = product(false, true), swappedMore = product(true, true);
  Value turned = c.workerPlace(worker, Slot::TurnedAt), sums = frame(Slot::SumsAt);
  Index turnedRow = bytes({h, tiles.turnedElements(in)});
  // What -f gives is conjugated.
  Value swap = differ(mirrored, c.isSet(Slot::Causal));
  Value isMore = h.b.create<arith::OrIOp>(h.loc, mirrored, c[Slot::FirstSlice].equals(0));
  forTaps([&](Index f, Index taps, Errands errands) {
    Value from = c.at(x, f * c[Slot::InPitch]), y = c.at(block(kY), f * c[Slot::OutPitch]);
    h.call(turn, {from, channelBytes(), imaginaryBytes(kX), turned, turnedRow, in, c[Slot::SliceGroups]});
    SmallVector<Value> arguments{turned,
                                 turnedRow,
                                 y,
                                 channelBytes(),
                                 imaginaryBytes(kY),
                                 in,
                                 out,
                                 c[Slot::SliceGroups],
                                 c[Slot::Valid],
                                 c.at(sums, taps * c[Slot::WeightPitch]),
                                 bytes(in),
                                 plane()};
    errands.appendTo(arguments);
    h.when(
        isMore, [&] { callEither(swap, swappedMore, plainMore, arguments); },
        [&] { callEither(swap, swapped, plain, arguments); });
  });
}

void ColumnPass::tapsBack(Spectra from) {
  Index two = c.index(2 * c.lanes), outer = c[Slot::TapOuter];
  Value near = c.workerPlace(worker, Slot::SpectrumAt);
  auto back = [&](SpectralCode::Sequence spectrum, SpectralCode::Sequence row) {
    c.transform(Slot::TapInverseB, spectrum, row, c[Slot::TapOriginB], outer,
                c.workerPlace(worker, Slot::InverseTwiddlesAt));
  };
  forTapVectors(Slot::TapGradientAt, from, [&](auto row, auto spectrum) {
    h.when(
        c.isSet(Slot::ManyTaps),
        [&] {
          back(spectrum, {near, two, c.index(c.lanes)});
          c.stream(near, two, row.start, two, outer, two);
        },
        [&] { back(spectrum, row); });
  });
}

void ColumnPass::tapGradient() {
  h.when(c.isSet(Slot::LastSlice), [&] {
    h.when(
        c.isSet(Slot::Hidden),
        [&] {
          Spectra signals = signalSpectra();
          Value sums = frame(Slot::SumsAt);
          tapsForward(signals);
          addMatrixGradient(c, c.chunk(), signals.start, sums);
          unmixSpectra(c, sums, signals.start);
          tapsBack(signals);
        },
        [&] { tapsBack(pairSpectra(Slot::SumsAt)); });
  });
}

void flex::emitSpectralColumns(SpectralCode &c) {
  HostBuilder &h = c.h;
  if (c.open("columns", /*chunked=*/true)) {
    ColumnPass pass(c);
    pass.forFrequencies(c.chunk(), [&](Index f) {
      pass.forward(Slot::InputAt, f, kX);
      pass.keep(f);
      pass.expect(Slot::InputAt, pass.following(f), kX);
      pass.outputs();
      pass.back(Slot::InputAt, f, kY);
    });
    c.close();
  }
  if (c.open("gradient_columns", /*chunked=*/true)) {
    ColumnPass pass(c);
    Value inputWanted = c.isSet(Slot::InputGradient), kernelWanted = c.isSet(Slot::KernelGradient);
    Index block = c[Slot::ColumnBlock], begin = c.chunk() * block, end = min(begin + block, c[Slot::Columns]);
    Value isMixture = c.isSet(Slot::Hidden);
    h.when(h.b.create<arith::AndIOp>(h.loc, isMixture, kernelWanted), [&] { clearMatrixGradient(c, c.chunk()); });
    h.loop(begin, end, 1, [&](Value number) {
      pass.forFrequencies({h, number}, [&](Index f) {
        pass.forward(Slot::GradientAt, f, kY);
        h.when(inputWanted, [&] {
          pass.expectInput(f);
          pass.inputGradients();
          pass.back(Slot::GradientAt, f, kX);
        });
        h.when(kernelWanted, [&] {
          Value x = pass.inputs(f);
          pass.expect(Slot::GradientAt, pass.following(f), kY);
          pass.addToSums(x);
        });
      });
      h.when(kernelWanted, [&] { pass.tapGradient(); });
    });
    c.close();
  }
}
