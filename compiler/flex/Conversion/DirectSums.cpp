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
  Index block = c.chunk(), size = c[Slot::TileChannels], taps = c.taps(), last = taps - 1;
  Value to = c.at(c.place(Slot::WeightsAt), block * c.weightPitch()), kernel = c.pointer(Slot::Kernel);
  Value flipped = c.isSet(Slot::Flipped);
  Index present = min(size, c[Slot::ToChannels] - block * size);
  h.loop(c.index(0), c[Slot::FromChannels], 1, [&](Value i) {
    Index from(h, i);
    h.loop(c.index(0), present, 1, [&](Value j) {
      Index within(h, j), pair = from * c[Slot::KernelFrom] + (block * size + within) * c[Slot::KernelTo];
      Value source = c.at(kernel, pair * c[Slot::TapStride]), target = c.at(to, from * taps * size + within);
      h.loop(c.index(0), taps, 1, [&](Value t) {
        Index tap(h, t);
        Value weight = c.l.loadScalar(c.at(source, (last - tap).when(flipped, tap)));
        c.l.store(weight, c.at(target, tap * size));
      });
    });
  });
}

namespace {

class SumPass {
public:
  explicit SumPass(DirectCode &c)
      : c(c), h(c.h), l(c.l), unit(c, c.chunk()), worker(c.worker()), panel(c.workerPlace(worker, Slot::PanelAt)),
        result(c.workerPlace(worker, Slot::ResultAt)), block(c[Slot::TileChannels]), whole(isWhole()) {}

  void emit();

private:
  Value isWhole() { return unit.width.equals(c.lanes); }
  void emit(DirectCode::Tile largest);
  /// Row `row` of the unit, of `channels` channels from channel `o` on, in tiles of at most so many vectors.
  void row(int64_t channels, Index o, Index row, int64_t largest);
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
  Value worker, panel, result;
  Index block; ///< channels that weights lie together for
  Value whole;
};

} // namespace

void SumPass::emit() {
  packFrom(c, unit, panel);
  DirectCode::Tile wide = c.wideTile(), tall = c.tallTile();
  h.when(block.equals(wide.channels), [&] { emit(wide); }, [&] { emit(tall); });
}

void SumPass::emit(DirectCode::Tile largest) {
  emitInBlocks(h, c[Slot::ToChannels], largest.channels, [&](int64_t channels, Value o) {
    h.loop(c.index(0), unit.rows, 1, [&](Value number) {
      row(channels, Index(h, o), Index(h, number), largest.vectors);
    });
  });
}

void SumPass::row(int64_t channels, Index o, Index row, int64_t largest) {
  Index here = unit.row + row, origin = c[Slot::Origin0], zero = c.index(0);
  Index first = max(zero, origin - here), end = min(c[Slot::Taps0], c[Slot::Size0] + origin - here);
  Value data = c.at(panel, (here + first - origin - unit.fromRow) * c[Slot::RowPitch]);
  Value weights = c.at(c.place(Slot::WeightsAt), o / block * c.weightPitch() + o % block);
  weights = c.at(weights, first * c[Slot::Taps1] * block);
  Value to = resultAt(o, row);
  auto either = [&](Value wholly, Value partly) {
    return h.b.create<arith::SelectOp>(h.loc, whole, wholly, partly);
  };
  Target target{either(to, result), resultPitch().when(whole, c[Slot::ResultPitch]),
                c[Slot::PaddedSamples].when(whole, c.index(c.lanes))};
  emitInBlocks(h, unit.vectors(c), largest, [&](int64_t vectors, Value v) {
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
    Value ofChannel = c.at(weights, Index(h, i) * taps * block);
    return l.loop(c.index(0), tapRows, 1, sums, [&](Value a, ValueRange sums) {
      Value row = c.at(channel, Index(h, a) * c[Slot::RowPitch]);
      Value ofRow = c.at(ofChannel, Index(h, a) * taps1 * block);
      return l.loop(c.index(0), taps1, 1, sums, [&](Value b, ValueRange sums) {
        Value start = c.at(row, Index(h, b) * unit.width);
        Value weight = c.at(ofRow, Index(h, b) * block);
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
  Index pitch = resultPitch(), resultRow = c[Slot::ResultPitch], np = c[Slot::PaddedSamples];
  auto each = [&](llvm::function_ref<void(Value from, Value to)> move) {
    h.loop(c.index(0), c.index(channels), 1, [&](Value j) {
      Value fromRow = c.at(result, resultRow * Index(h, j)), toRow = c.at(to, pitch * Index(h, j));
      h.loop(c.index(0), unit.columns, 1, [&](Value i) {
        Index point(h, i);
        move(c.at(fromRow, point * unit.width), c.at(toRow, point * np));
      });
    });
  };
  h.when(
      unit.width.equals(1), [&] { each([&](Value from, Value to) { l.store(l.loadScalar(from), to); }); },
      [&] { each([&](Value from, Value to) { c.storeMasked(l.loadLanes(from), to, mask); }); });
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
