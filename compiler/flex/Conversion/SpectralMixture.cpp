// Taps that are mixtures of signals: what is transformed is the signals, "basis" and "scale" together, and spectra of taps
// are mixed of theirs at each frequency, with the real matrix [weight | bias]. Gradients go the other way: sums over samples are
// the spectra of the taps' gradient; mixed with the matrix transposed they are those of the signals' gradient, and their
// products with the signals' spectra, summed over frequencies, are the matrix' gradient (Parseval).
//
// A chunk of frequencies has sums of the matrix' gradient of its own, and chunks are summed in their order.
#include "flex/Conversion/MixtureProduct.h"
#include "flex/Conversion/SpectralCode.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

/// Elements of a row of the matrix with pairs in the lanes, and with signals in the lanes.
static Index pairRow(SpectralCode &c) { return c[Slot::PairVectors] * c.lanes; }
static Index signalRow(SpectralCode &c) { return c[Slot::SignalVectors] * c.lanes; }

/// The chunk's part of the matrix' gradient: [signals][pairs].
static Value partAt(SpectralCode &c, Index chunk) {
  return c.at(c.place(Slot::MatrixSumsAt), chunk * c[Slot::Signals] * pairRow(c));
}

/// For the real and for the imaginary parts: `body(signals' spectra, taps' spectra)`, at frequency 0 of B.
static void forParts(SpectralCode &c, Value signals, Value taps, function_ref<void(Value, Value)> body) {
  body(signals, taps);
  body(c.at(signals, signalRow(c)), c.at(taps, pairRow(c)));
}

void flex::mixSpectra(SpectralCode &c, Value signals, Value taps) {
  std::string product = mixtureProduct(c, /*accumulate=*/false);
  auto bytes = [&](Index elements) { return elements * c.elementBytes; };
  forParts(c, signals, taps, [&](Value from, Value to) {
    c.h.call(product, {from, bytes(c[Slot::SignalPitch]), bytes(c.index(1)), c.place(Slot::MatrixAt), bytes(pairRow(c)), to,
                       bytes(c[Slot::WeightPitch]), c[Slot::LengthB], c[Slot::Signals], c[Slot::PairVectors]});
  });
}

void flex::clearMatrixGradient(SpectralCode &c, Index chunk) {
  c.h.zero(partAt(c, chunk), c[Slot::Signals] * pairRow(c) * c.elementBytes);
}

void flex::addMatrixGradient(SpectralCode &c, Index chunk, Value signals, Value sums) {
  std::string product = mixtureProduct(c, /*accumulate=*/true);
  auto bytes = [&](Index elements) { return elements * c.elementBytes; };
  forParts(c, signals, sums, [&](Value factors, Value from) {
    c.h.call(product, {factors, bytes(c.index(1)), bytes(c[Slot::SignalPitch]), from, bytes(c[Slot::WeightPitch]),
                       partAt(c, chunk), bytes(pairRow(c)), c[Slot::Signals], c[Slot::LengthB], c[Slot::PairVectors]});
  });
}

void flex::unmixSpectra(SpectralCode &c, Value sums, Value signals) {
  std::string product = mixtureProduct(c, /*accumulate=*/false);
  auto bytes = [&](Index elements) { return elements * c.elementBytes; };
  forParts(c, signals, sums, [&](Value to, Value from) {
    c.h.call(product, {from, bytes(c[Slot::WeightPitch]), bytes(c.index(1)), c.place(Slot::TurnedMatrixAt),
                       bytes(signalRow(c)), to, bytes(c[Slot::SignalPitch]), c[Slot::LengthB], c[Slot::In] * c[Slot::Out],
                       c[Slot::SignalVectors]});
  });
}

//===- The matrix --------------------------------------------------------------------------------------------------===//

/// For every pair of the chunk's vector and every signal: `visit(pair, signal, where weight or bias has their number)`.
static void forCoefficients(SpectralCode &c, Slot weight, Slot bias, function_ref<void(Index, Index, Value)> visit) {
  HostBuilder &h = c.h;
  Index first = c.chunk() * c.lanes, end = min(first + c.lanes, c[Slot::In] * c[Slot::Out]), hidden = c[Slot::Hidden];
  h.loop(first, end, 1, [&](Value number) {
    Index pair(h, number);
    Value row = c.at(c.pointer(weight), pair * hidden);
    h.loop(c.index(0), hidden, 1, [&](Value k) { visit(pair, {h, k}, c.at(row, Index(h, k))); });
    visit(pair, hidden, c.at(c.pointer(bias), pair));
  });
}

/// `matrix`: the coefficients of a vector of pairs, with pairs in the lanes and, for gradients, with signals in them.
static void emitMatrix(SpectralCode &c) {
  HostBuilder &h = c.h;
  Value backward = c.isSet(Slot::Backward);
  Index vector = c.chunk() * c.lanes, first = min(vector, c[Slot::In] * c[Slot::Out]);
  Index end = min(vector + c.lanes, c[Slot::In] * c[Slot::Out]);
  // Lanes without a pair or signal are computed with, too, and never looked at.
  h.loop(c.index(0), c[Slot::Signals], 1, [&](Value k) {
    c.l.store(c.l.zero(), c.at(c.place(Slot::MatrixAt), Index(h, k) * pairRow(c) + vector));
  });
  h.when(backward, [&] {
    h.zero(c.at(c.place(Slot::TurnedMatrixAt), first * signalRow(c)), (end - first) * signalRow(c) * c.elementBytes);
  });
  forCoefficients(c, Slot::Weight, Slot::Bias, [&](Index pair, Index signal, Value from) {
    Value coefficient = c.l.loadScalar(from);
    c.l.store(coefficient, c.at(c.place(Slot::MatrixAt), signal * pairRow(c) + pair));
    h.when(backward, [&] {
      c.l.store(coefficient, c.at(c.place(Slot::TurnedMatrixAt), pair * signalRow(c) + signal));
    });
  });
}

/// `matrix_back`: the chunks' parts of the gradient of a vector of pairs, summed in their order.
static void emitMatrixBack(SpectralCode &c) {
  HostBuilder &h = c.h;
  Lanes &l = c.l;
  Index vector = c.chunk() * c.lanes, chunks = ceilDiv(c[Slot::Columns], c[Slot::ColumnBlock]);
  auto at = [&](Index chunk, Value k) { return c.at(partAt(c, chunk), Index(h, k) * pairRow(c) + vector); };
  h.loop(c.index(0), c[Slot::Signals], 1, [&](Value k) {
    Value first = l.loadLanes(at(c.index(0), k));
    Value sum = l.loop(c.index(1), chunks, 1, first, [&](Value chunk, ValueRange sum) {
      return SmallVector<Value>{l.add(sum[0], l.loadLanes(at({h, chunk}, k)))};
    })[0];
    l.store(sum, at(c.index(0), k));
  });
  forCoefficients(c, Slot::WeightGradient, Slot::BiasGradient, [&](Index pair, Index signal, Value to) {
    l.store(l.loadScalar(c.at(partAt(c, c.index(0)), signal * pairRow(c) + pair)), to);
  });
}

void flex::emitSpectralMixture(SpectralCode &c) {
  if (c.open("matrix", /*chunked=*/true)) {
    emitMatrix(c);
    c.close();
  }
  if (c.open("matrix_back", /*chunked=*/true)) {
    emitMatrixBack(c);
    c.close();
  }
}
