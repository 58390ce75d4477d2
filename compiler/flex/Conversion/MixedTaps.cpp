// Chunks are blocks of taps, or of pairs of channels for the gradients of weight and bias: each sums all of its results alone,
// in one order.
#include "flex/Conversion/MixedTaps.h"

#include "flex/Conversion/MixtureProduct.h"

using namespace mlir;
using namespace flex;

/// Vectors of taps, and pairs of channels, of one chunk.
static constexpr int64_t kBlockVectors = 6, kBlockPairs = 16;

namespace {

enum class MixtureSlot : int64_t {
  Taps, TapsGradient, Weight, Basis, Bias, Scale, WeightGradient, BasisGradient, BiasGradient, ScaleGradient,
  Pairs, Hidden, TapCount, TapStride,
  Count
};
using Slot = MixtureSlot;

class MixtureCode : public SlottedCode<MixtureSlot> {
public:
  MixtureCode(HostBuilder &host, FloatType element, int64_t lanes) : SlottedCode(host, "mixture", element, lanes) {}

  Index stride() { return (*this)[Slot::TapStride] * elementBytes; }
  Index vectors() { return ceilDiv((*this)[Slot::TapCount], index(lanes)); }
  Index bytes(Index elements) { return elements * elementBytes; }
  /// The chunk's block of taps of the rows in `slot`.
  Value block(Slot slot) { return at(pointer(slot), chunk() * (kBlockVectors * lanes)); }
  Index blockVectors() { return min(vectors() - chunk() * kBlockVectors, index(kBlockVectors)); }
};

} // namespace

static MixtureCode openMixture(HostBuilder &h, FloatType element, int64_t lanes, const CorrelationCall &call) {
  MixtureCode c(h, element, lanes);
  c.newContext();
  auto pointer = [&](Slot slot, Value value) { c.set(slot, value ? value : h.null()); };
  pointer(Slot::Taps, call.kernel), pointer(Slot::TapsGradient, call.kernelGradient);
  pointer(Slot::Weight, call.mixture.weight), pointer(Slot::WeightGradient, call.mixtureGradient.weight);
  pointer(Slot::Basis, call.mixture.basis), pointer(Slot::BasisGradient, call.mixtureGradient.basis);
  pointer(Slot::Bias, call.mixture.bias), pointer(Slot::BiasGradient, call.mixtureGradient.bias);
  pointer(Slot::Scale, call.mixture.scale), pointer(Slot::ScaleGradient, call.mixtureGradient.scale);
  c.set(Slot::Pairs, h.constant(call.in * call.out));
  c.set(Slot::Hidden, h.constant(call.hidden));
  c.set(Slot::TapCount, h.mul(call.taps[0], call.taps[1]));
  c.set(Slot::TapStride, call.tapStride);
  return c;
}

/// `function` emits its body unless it is there. Runs it over `chunks`.
static void runPass(MixtureCode &c, StringRef name, function_ref<void()> body, function_ref<Index()> chunks) {
  Value context = c.context;
  {
    OpBuilder::InsertionGuard guard(c.h.b);
    if (c.open(name, /*chunked=*/true)) {
      body();
      c.close();
    }
  }
  c.context = context;
  c.run(name, chunks());
}

void MixedTapsEmitter::mix(const CorrelationCall &call) {
  MixtureCode c = openMixture(h, element, lanes, call);
  auto body = [&] {
    Index one = c.index(1), none = c.index(0), stride = c.stride(), pairs = c[Slot::Pairs], hidden = c[Slot::Hidden];
    h.call(mixtureProduct(c, /*accumulate=*/false), {c.pointer(Slot::Bias), c.bytes(one), none, c.block(Slot::Scale), none,
                                                     c.block(Slot::Taps), stride, pairs, one, c.blockVectors()});
    h.call(mixtureProduct(c, /*accumulate=*/true),
           {c.pointer(Slot::Weight), c.bytes(hidden), c.bytes(one), c.block(Slot::Basis), stride, c.block(Slot::Taps),
            stride, pairs, hidden, c.blockVectors()});
  };
  runPass(c, "mix", body, [&] { return ceilDiv(c.vectors(), c.index(kBlockVectors)); });
}

void MixedTapsEmitter::gradients(const CorrelationCall &call) {
  MixtureCode c = openMixture(h, element, lanes, call);
  auto ofSignals = [&] {
    Index one = c.index(1), none = c.index(0), stride = c.stride(), pairs = c[Slot::Pairs], hidden = c[Slot::Hidden];
    std::string product = mixtureProduct(c, /*accumulate=*/false);
    h.call(product, {c.pointer(Slot::Weight), c.bytes(one), c.bytes(hidden), c.block(Slot::TapsGradient), stride,
                     c.block(Slot::BasisGradient), stride, hidden, pairs, c.blockVectors()});
    h.call(product, {c.pointer(Slot::Bias), none, c.bytes(one), c.block(Slot::TapsGradient), stride,
                     c.block(Slot::ScaleGradient), stride, one, pairs, c.blockVectors()});
  };
  runPass(c, "signals_back", ofSignals, [&] { return ceilDiv(c.vectors(), c.index(kBlockVectors)); });
  auto ofWeights = [&] {
    Index first = c.chunk() * kBlockPairs, pairs = min(c[Slot::Pairs] - first, c.index(kBlockPairs));
    Index stride = c.stride(), hidden = c[Slot::Hidden], taps = c[Slot::TapCount], one = c.index(1);
    Value from = h.at(c.pointer(Slot::TapsGradient), first * stride);
    std::string dots = mixtureDots(c);
    h.call(dots, {from, stride, pairs, c.pointer(Slot::Basis), stride, hidden,
                  c.at(c.pointer(Slot::WeightGradient), first * hidden), c.bytes(hidden), taps});
    h.call(dots, {from, stride, pairs, c.pointer(Slot::Scale), stride, one, c.at(c.pointer(Slot::BiasGradient), first),
                  c.bytes(one), taps});
  };
  runPass(c, "weights_back", ofWeights, [&] { return ceilDiv(c[Slot::Pairs], c.index(kBlockPairs)); });
}
