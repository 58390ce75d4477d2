// The pass over the frequencies of axis A: for each, axis B of the data and of the taps, the products over channels,
// and back along axis B. Frequencies f and -f of axis A make one chunk, as the taps, being real, have one spectrum for
// both: w(-f) is the conjugate of w(f), with axis B mirrored too.
//
// The taps' spectra of one frequency of A are made once and used for f, for -f and for every slice of the batch; and
// the sums for their gradient are added up over all of these before they go back along axis B.
//
// A column's blocks of x and y are nearly in the same place, as the second cache has to hold them with all that is the taps'.
// Frequency o of y ends where that of x begins, or before: products of x go up the frequencies of B, and those of y's
// gradient, which make x's, go down.
#include "flex/Conversion/SpectralCode.h"
#include "flex/Conversion/SpectralTiles.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

#include <array>

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

namespace {

/// Which slots say how a column's block of x, or of y, lies.
struct Side {
  Slot channels, vectors, pitch, imaginary;
};
constexpr Side kX{Slot::In, Slot::InVectors, Slot::InPitch, Slot::InImaginary};
constexpr Side kY{Slot::Out, Slot::OutVectors, Slot::OutPitch, Slot::OutImaginary};

/// All frequencies of axis B, of all channels.
struct Block {
  Side side;
  Value start;
};

/// Memory that will be read soon, and that products ask for meanwhile.
struct Coming {
  Value start;
  Index vectors;
};

class ColumnPass {
public:
  explicit ColumnPass(SpectralCode &c)
      : c(c), h(c.h), tiles(h, c.l.element, c.lanes, c.registers()), worker(c.worker()),
        in(c[Slot::In]), out(c[Slot::Out]), first(c.index(0)) {}

  /// For one or both frequencies with this number: `column(f)`.
  void forFrequencies(Index number, llvm::function_ref<void(Index f)> column);
  /// Makes T's column f of x one of y. x's spectra are written to where the taps' gradient will read them, if that is wanted.
  void outputs(Index f);
  /// Makes T's column f of y's gradient one of x's, if that is wanted. What it and x give is added to the sums of the taps' gradient.
  void gradients(Index f, Value inputWanted, Value kernelWanted);
  /// The taps' gradient, once its sums are complete.
  void tapGradient();

private:
  Block xBlock() { return {kX, c.at(c.workerPlace(worker, Slot::BlocksAt), c[Slot::BlockOffset])}; }
  Block yBlock() { return {kY, c.workerPlace(worker, Slot::BlocksAt)}; }
  /// One of x's beside y's.
  Block furtherBlock() { return {kX, c.workerPlace(worker, Slot::FurtherBlockAt)}; }
  Value keptBlock(Index f) { return c.at(c.pointer(Slot::KeptAt), f * c[Slot::KeptFrame]); }
  Value at(Block block, Index o) { return c.at(block.start, o * c[block.side.pitch]); }
  /// Axis B of T's column f into the block; and back.
  void forward(Slot transformed, Index f, Block block);
  void back(Block block, Slot transformed, Index f);
  /// For every complex vector of all channels: where it is in column f of T, and in the block.
  void forVectors(Slot transformed, Index f, Block block,
                  llvm::function_ref<void(SpectralCode::Sequence column, SpectralCode::Sequence block)> move);
  /// The frequency after f: its mirror, or that of the chunk's next column, or of the worker's next chunk, if all workers
  /// take turns.
  Index following(Index f);
  Coming column(Slot transformed, Index f, Side side);
  /// A share of it for frequency o of B.
  Errands ask(Coming coming, Index o);
  /// Frequency o of `to`: the taps' spectra at `taps`, or their conjugates, times `from`.
  void multiply(Block from, Block to, Index o, Index taps, Value conjugate, Errands errands);
  /// Adds the products of x and y's gradient to the sums of the taps' gradient.
  void addToSums(Block x, Block y, llvm::function_ref<Errands(Index o)> errands);
  /// Factors between the axes of a signal, exp(-2 pi i f o / points) and their conjugates, for every o.
  void makeTwiddles(Index f, Slot forward, Slot inverse);
  Value twiddles(Slot direct, Slot ofMirror);
  /// Makes the taps' spectra, unless they are there.
  void needTaps();
  /// For every frequency of B, up or down: its number, and that of the taps that meet it.
  void forTaps(bool down, llvm::function_ref<void(Index o, Index taps)> body);
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
  Index channelBytes() { return bytes(c[Slot::ChannelStride]); }
  Index imaginaryBytes(Side side) { return bytes(c[side.imaginary]); }
  Value both(Value x, Value y) { return h.b.create<arith::AndIOp>(h.loc, x, y); }
  Value either(Value condition, Value x, Value y) {
    return h.b.create<arith::SelectOp>(h.loc, condition, x, y);
  }
  Value differ(Value x, Value y) { return h.b.create<arith::XOrIOp>(h.loc, x, y); }

  SpectralCode &c;
  HostBuilder &h;
  SpectralTiles tiles;
  Value worker;
  Index in, out;
  Index first;    ///< the frequency of the taps
  Value hasMirror; ///< i1: -first is another frequency
  Value mirrored; ///< i1: the data's is -first
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
    Slot transformed, Index f, Block block,
    llvm::function_ref<void(SpectralCode::Sequence column, SpectralCode::Sequence block)> move) {
  const Side &side = block.side;
  Value column = c.at(c.place(transformed), f * c[Slot::RowPitch]);
  h.loop(c.index(0), c[side.vectors], 1, [&](Value vector) {
    h.loop(c.index(0), c[Slot::SliceGroups], 1, [&](Value g) {
      Index group = Index(h, g) * (2 * c.lanes);
      Value there = c.at(column, Index(h, vector) * c[Slot::ChannelPitch] + group);
      Value here = c.at(block.start, Index(h, vector) * c[Slot::BlockStride] + group);
      move({there, c[Slot::Slice], c.index(c.lanes)}, {here, c[side.pitch], c[side.imaginary]});
    });
  });
}

void ColumnPass::forward(Slot transformed, Index f, Block block) {
  forVectors(transformed, f, block, [&](auto column, auto block) {
    c.transform(Slot::ForwardB, column, block, c.index(0), c[Slot::DataOuter],
                twiddles(Slot::TwiddlesAt, Slot::MirroredTwiddlesAt));
  });
}

void ColumnPass::back(Block block, Slot transformed, Index f) {
  forVectors(transformed, f, block, [&](auto column, auto block) {
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

Coming ColumnPass::column(Slot transformed, Index f, Side side) {
  return {c.at(c.place(transformed), f * c[Slot::RowPitch]), c[side.vectors] * c[Slot::ChannelPitch] / c.lanes};
}

Errands ColumnPass::ask(Coming coming, Index o) {
  Index part = ceilDiv(coming.vectors, c[Slot::LengthB]), from = o * part;
  Errands errands = Errands::none(h, c.l.element);
  errands.ahead = c.at(coming.start, from * c.lanes);
  errands.aheadVectors = max(min(part, coming.vectors - from), c.index(0));
  return errands;
}

void ColumnPass::forTaps(bool down, llvm::function_ref<void(Index, Index)> body) {
  Index length = c[Slot::LengthB];
  h.loop(c.index(0), length, 1, [&](Value number) {
    Index o = down ? length - 1 - Index(h, number) : Index(h, number);
    Index mirror = (length * 2 - c[Slot::MirrorShift] - o) % length;
    body(o, mirror.when(mirrored, o));
  });
}

void ColumnPass::multiply(Block from, Block to, Index o, Index taps, Value conjugate, Errands errands) {
  bool toOutputs = to.side.channels == kY.channels;
  Index element = c.index(c.elementBytes), row = bytes(in);
  Value x = at(from, o), y = at(to, o), w = c.at(frame(Slot::WeightsAt), taps * c[Slot::WeightPitch]);
  auto plain = [&](bool conjugates) {
    SmallVector<Value> arguments{x, channelBytes(), w, toOutputs ? element : row, toOutputs ? row : element, plane(),
                                 y, channelBytes(), c[from.side.channels], c[to.side.channels],
                                 c[Slot::SliceGroups]};
    errands.appendTo(arguments);
    h.call(tiles.product({.conjugate = conjugates}).getSymName(), arguments);
  };
  auto folded = [&](bool conjugates) {
    SmallVector<Value> arguments{x, imaginaryBytes(from.side), w, plane(), y, imaginaryBytes(to.side), in, out};
    errands.appendTo(arguments);
    for (int64_t fold = 2; fold <= c.lanes; fold *= 2)
      h.when(c[Slot::Fold].equals(fold), [&] {
        h.call(tiles.folded(fold, toOutputs, {.conjugate = conjugates}).getSymName(), arguments);
      });
  };
  auto product = [&](bool conjugates) {
    h.when(c[Slot::Fold].equals(1), [&] { plain(conjugates); }, [&] { folded(conjugates); });
  };
  h.when(conjugate, [&] { product(true); }, [&] { product(false); });
}

/// A signal's output is a convolution; an image's is a correlation, with the conjugates. So are those of -f.
/// A lone vector's f stands for -f, too, where both count for what is kept: see emitLoneRows.
void ColumnPass::outputs(Index f) {
  Block x = xBlock(), y = yBlock();
  forward(Slot::InputAt, f, x);
  needTaps();
  Value conjugate = differ(mirrored, c[Slot::Causal].equals(0)), isDouble = both(c.isSet(Slot::Lone), hasMirror);
  Value scale = either(isDouble, c.l.number(2), c.l.number(1));
  Coming next = column(Slot::InputAt, following(f), kX);
  forTaps(/*down=*/false, [&](Index o, Index taps) {
    Errands errands = ask(next, o);
    errands.from = at(x, o);
    errands.to = at({kX, keptBlock(f)}, o);
    errands.vectors = c[Slot::InPitch].when(c.isSet(Slot::Kept), c.index(0)) / c.lanes;
    errands.scale = scale;
    multiply(x, y, o, taps, conjugate, errands);
  });
  back(y, Slot::InputAt, f);
}

/// If x's spectra were kept, they meet those of y's gradient first, which then make way for those of x's gradient. If x has to be
/// transformed again, that is done last, in the block beside y's, which x's gradient has left.
void ColumnPass::gradients(Index f, Value inputWanted, Value kernelWanted) {
  Block y = yBlock(), further = furtherBlock();
  Value isKept = c.isSet(Slot::Kept), isAgain = both(kernelWanted, c[Slot::Kept].equals(0));
  Coming next = column(Slot::GradientAt, following(f), kY), input = column(Slot::InputAt, f, kX);
  forward(Slot::GradientAt, f, y);
  h.when(both(kernelWanted, isKept), [&] {
    addToSums({kX, keptBlock(f)}, y, [&](Index o) {
      Errands errands = ask(next, o);
      Value isLast = (o + 1).equals(c[Slot::LengthB]);
      Value row = either(isLast, keptBlock(following(f)), at({kX, keptBlock(f)}, o + 1));
      errands.ahead = either(inputWanted, row, errands.ahead);
      errands.aheadVectors = either(inputWanted, c[Slot::InPitch] / c.lanes, errands.aheadVectors);
      return errands;
    });
  });
  h.when(inputWanted, [&] {
    Block to{kX, either(isAgain, further.start, xBlock().start)};
    needTaps();
    Value conjugate = differ(mirrored, c.isSet(Slot::Causal));
    Coming coming{either(isAgain, input.start, next.start), input.vectors.when(isAgain, next.vectors)};
    forTaps(/*down=*/true, [&](Index o, Index taps) { multiply(y, to, o, taps, conjugate, ask(coming, o)); });
    back(to, Slot::GradientAt, f);
  });
  h.when(isAgain, [&] {
    forward(Slot::InputAt, f, further);
    addToSums(further, y, [&](Index o) { return ask(next, o); });
  });
}

void ColumnPass::addToSums(Block x, Block y, llvm::function_ref<Errands(Index)> errands) {
  auto product = [&](bool conjugate, bool accumulate) {
    return tiles.taps({.conjugate = conjugate, .accumulate = accumulate}).getSymName().str();
  };
  Value turned = c.workerPlace(worker, Slot::TurnedAt), sums = frame(Slot::SumsAt);
  Index turnedRow = bytes({h, tiles.turnedElements(in)});
  // What -f gives is conjugated.
  Value swap = differ(mirrored, c.isSet(Slot::Causal));
  Value isMore = h.b.create<arith::OrIOp>(h.loc, mirrored, c[Slot::FirstSlice].equals(0));
  forTaps(/*down=*/false, [&](Index o, Index taps) {
    h.call(tiles.turn().getSymName(),
           {at(x, o), channelBytes(), imaginaryBytes(kX), turned, turnedRow, in, c[Slot::SliceGroups]});
    SmallVector<Value> arguments{turned,
                                 turnedRow,
                                 at(y, o),
                                 channelBytes(),
                                 imaginaryBytes(kY),
                                 in,
                                 out,
                                 c[Slot::SliceGroups],
                                 c[Slot::Valid],
                                 c.at(sums, taps * c[Slot::WeightPitch]),
                                 bytes(in),
                                 plane()};
    errands(o).appendTo(arguments);
    h.when(
        isMore, [&] { callEither(swap, product(true, true), product(false, true), arguments); },
        [&] { callEither(swap, product(true, false), product(false, false), arguments); });
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
    pass.forFrequencies(c.chunk(), [&](Index f) { pass.outputs(f); });
    c.close();
  }
  if (c.open("gradient_columns", /*chunked=*/true)) {
    ColumnPass pass(c);
    Value inputWanted = c.isSet(Slot::InputGradient), kernelWanted = c.isSet(Slot::KernelGradient);
    Index block = c[Slot::ColumnBlock], begin = c.chunk() * block, end = min(begin + block, c[Slot::Columns]);
    Value isMixture = c.isSet(Slot::Hidden);
    h.when(h.b.create<arith::AndIOp>(h.loc, isMixture, kernelWanted), [&] { clearMatrixGradient(c, c.chunk()); });
    h.loop(begin, end, 1, [&](Value number) {
      pass.forFrequencies({h, number}, [&](Index f) { pass.gradients(f, inputWanted, kernelWanted); });
      h.when(kernelWanted, [&] { pass.tapGradient(); });
    });
    c.close();
  }
}
