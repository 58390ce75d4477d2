// y and the input's gradient: a tile holds the sums of a few channels over a few vectors of a row in registers, while it
// runs over the channels of From and the taps. Rows of taps that lie beyond the data are left out; columns meet the
// panel's zeros.
#include "flex/Conversion/DirectCode.h"
#include "flex/Conversion/SpectralTiles.h"

using namespace mlir;
using namespace flex;
using Slot = DirectSlot;

/// Weights in the order of their use: a block of channels of To, a channel of From, a tap, a channel of the block.
static void emitWeights(DirectCode &c) {
  HostBuilder &h = c.h;
  constexpr int64_t kBlock = DirectCode::kTileChannels;
  Index block = c.chunk(), taps = c.taps(), last = taps - 1;
  Value to = c.at(c.place(Slot::WeightsAt), block * c.weightPitch()), kernel = c.pointer(Slot::Kernel);
  Value flipped = c.isSet(Slot::Flipped);
  Index present = min(c.index(kBlock), c[Slot::ToChannels] - block * kBlock);
  h.loop(c.index(0), c[Slot::FromChannels], 1, [&](Value i) {
    Index from(h, i);
    h.loop(c.index(0), present, 1, [&](Value j) {
      Index within(h, j), pair = from * c[Slot::KernelFrom] + (block * kBlock + within) * c[Slot::KernelTo];
      Value source = c.at(kernel, pair * c[Slot::TapStride]), target = c.at(to, from * taps * kBlock + within);
      h.loop(c.index(0), taps, 1, [&](Value t) {
        Index tap(h, t);
        Value weight = c.l.loadScalar(c.at(source, (last - tap).when(flipped, tap)));
        c.l.store(weight, c.at(target, tap * kBlock));
      });
    });
  });
}

namespace {

class SumPass {
public:
  explicit SumPass(DirectCode &c)
      : c(c), h(c.h), l(c.l), unit(c, c.chunk()), worker(c.worker()), panel(c.workerPlace(worker, Slot::PanelAt)),
        result(c.workerPlace(worker, Slot::ResultAt)), whole(isWhole()) {}

  void emit();

private:
  Value isWhole() { return unit.width.equals(c.lanes); }
  /// Row `h` of the unit, of `channels` channels from channel `o` on.
  void row(int64_t channels, Index o, Index row);
  /// Where the sums go: a whole slice's straight into the result, others first into rows of their own.
  struct Target {
    Value start;
    Index channel, vector; ///< pitches
  };
  void tile(int64_t channels, int64_t vectors, Value data, Value weights, Index tapRows, Value to, Target target);
  void spread(int64_t channels, Value to);
  /// Element of To: channel o, the unit's row and first column.
  Value resultAt(Index o, Index row) {
    Index point = (o * c[Slot::Size0] + unit.row + row) * c[Slot::Size1] + unit.column;
    return c.at(c.pointer(Slot::To), point * c[Slot::PaddedSamples] + unit.sample);
  }
  Index resultPitch() { return c[Slot::Size0] * c[Slot::Size1] * c[Slot::PaddedSamples]; }

  DirectCode &c;
  HostBuilder &h;
  Lanes &l;
  DirectUnit unit;
  Value worker, panel, result, whole;
};

} // namespace

void SumPass::emit() {
  packFrom(c, unit, panel);
  emitInBlocks(h, c[Slot::ToChannels], DirectCode::kTileChannels, [&](int64_t channels, Value o) {
    h.loop(c.index(0), unit.rows, 1, [&](Value number) { row(channels, Index(h, o), Index(h, number)); });
  });
}

void SumPass::row(int64_t channels, Index o, Index row) {
  constexpr int64_t kBlock = DirectCode::kTileChannels;
  Index here = unit.row + row, origin = c[Slot::Origin0], zero = c.index(0);
  Index first = max(zero, origin - here), end = min(c[Slot::Taps0], c[Slot::Size0] + origin - here);
  Value data = c.at(panel, (here + first - origin - unit.fromRow) * c[Slot::RowPitch]);
  Value weights = c.at(c.place(Slot::WeightsAt), o / kBlock * c.weightPitch() + o % kBlock);
  weights = c.at(weights, first * c[Slot::Taps1] * kBlock);
  Value to = resultAt(o, row);
  auto either = [&](Value wholly, Value partly) {
    return h.b.create<arith::SelectOp>(h.loc, whole, wholly, partly);
  };
  Target target{either(to, result), resultPitch().when(whole, c[Slot::ResultPitch]),
                c[Slot::PaddedSamples].when(whole, c.index(c.lanes))};
  emitInBlocks(h, unit.vectors(c), c.tileVectors(), [&](int64_t vectors, Value v) {
    Index vector(h, v);
    tile(channels, vectors, c.at(data, vector * c.lanes), weights, end - first,
         c.at(target.start, vector * target.vector), target);
  });
  h.when(whole, [] {}, [&] { spread(channels, to); });
}

void SumPass::tile(int64_t channels, int64_t vectors, Value data, Value weights, Index tapRows, Value to,
                   Target target) {
  Index taps1 = c[Slot::Taps1], taps = c.taps();
  SmallVector<Value> sums(channels * vectors, l.zero());
  sums = l.loop(c.index(0), c[Slot::FromChannels], 1, sums, [&](Value i, ValueRange sums) {
    Value channel = c.at(data, Index(h, i) * c[Slot::ChannelPitch]);
    Value ofChannel = c.at(weights, Index(h, i) * taps * DirectCode::kTileChannels);
    return l.loop(c.index(0), tapRows, 1, sums, [&](Value a, ValueRange sums) {
      Value row = c.at(channel, Index(h, a) * c[Slot::RowPitch]);
      Value ofRow = c.at(ofChannel, Index(h, a) * taps1 * DirectCode::kTileChannels);
      return l.loop(c.index(0), taps1, 1, sums, [&](Value b, ValueRange sums) {
        Value start = c.at(row, Index(h, b) * unit.width);
        Value weight = c.at(ofRow, Index(h, b) * DirectCode::kTileChannels);
        SmallVector<Value> next(sums), points;
        for (int64_t v = 0; v < vectors; ++v)
          points.push_back(l.loadLanes(c.at(start, v * c.lanes)));
        for (int64_t j = 0; j < channels; ++j) {
          Value factor = l.spread(l.loadScalar(c.at(weight, j)));
          for (int64_t v = 0; v < vectors; ++v)
            next[j * vectors + v] = l.fma(points[v], factor, next[j * vectors + v]);
        }
        return next;
      });
    });
  });
  for (int64_t j = 0; j < channels; ++j)
    for (int64_t v = 0; v < vectors; ++v)
      l.store(sums[j * vectors + v], c.at(to, target.channel * j + target.vector * v));
}

/// From rows of dense points to the layout of lanes, where each point has a vector.
void SumPass::spread(int64_t channels, Value to) {
  Value mask = c.lanesBelow(unit.width, c.index(0));
  for (int64_t j = 0; j < channels; ++j)
    h.loop(c.index(0), unit.columns, 1, [&](Value i) {
      Index point(h, i);
      Value vector = l.loadLanes(c.at(result, c[Slot::ResultPitch] * j + point * unit.width));
      c.storeMasked(vector, c.at(to, resultPitch() * j + point * c[Slot::PaddedSamples]), mask);
    });
}

void flex::emitDirectSums(DirectCode &c) {
  if (c.open("weights", /*chunked=*/true)) {
    emitWeights(c);
    c.close();
  }
  if (c.open("sums", /*chunked=*/true)) {
    SumPass(c).emit();
    c.close();
  }
}
