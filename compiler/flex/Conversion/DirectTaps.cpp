// The taps' gradient: sums over points and samples of products of From and To. A tile has the sums of some pairs of
// channels at one tap, in whole vectors, which stay in a worker's memory from unit to unit of a chunk; lanes are summed
// at the chunk's end, and chunks in their order.
#include "flex/Conversion/DirectCode.h"
#include "flex/Conversion/RegisterTranspose.h"
#include "flex/Conversion/SpectralTiles.h"

using namespace mlir;
using namespace flex;
using Slot = DirectSlot;

namespace {

class TapSumPass {
public:
  explicit TapSumPass(DirectCode &c)
      : c(c), h(c.h), l(c.l), worker(c.worker()), panel(c.workerPlace(worker, Slot::PanelAt)),
        toPanel(c.workerPlace(worker, Slot::ToPanelAt)), sums(c.workerPlace(worker, Slot::SumsAt)) {}

  void emit();

private:
  void addUnit(const DirectUnit &unit);
  /// All taps of `outputs` channels of To from o on and `inputs` of From from i on.
  void pairs(const DirectUnit &unit, int64_t outputs, Index o, int64_t inputs, Index i);
  void tile(const DirectUnit &unit, int64_t outputs, Value to, int64_t inputs, Value from, Index rows, Value sums);
  /// Sums of the lanes, to the chunk's own part of the partial results.
  void sumLanes();

  DirectCode &c;
  HostBuilder &h;
  Lanes &l;
  Value worker, panel, toPanel, sums;
};

} // namespace

void TapSumPass::emit() {
  h.zero(sums, c.allTaps() * (c.lanes * c.elementBytes));
  Index chunk = c.chunk(), chunks = c[Slot::Chunks], units = c[Slot::Units];
  h.loop(chunk * units / chunks, (chunk + 1) * units / chunks, 1,
         [&](Value number) { addUnit(DirectUnit(c, Index(h, number))); });
  sumLanes();
}

void TapSumPass::addUnit(const DirectUnit &unit) {
  packFrom(c, unit, panel);
  packTo(c, unit, toPanel);
  emitInBlocks(h, c[Slot::ToChannels], c.wideTile().channels, [&](int64_t outputs, Value o) {
    emitInBlocks(h, c[Slot::FromChannels], c.wideTile().vectors, [&](int64_t inputs, Value i) {
      pairs(unit, outputs, Index(h, o), inputs, Index(h, i));
    });
  });
}

void TapSumPass::pairs(const DirectUnit &unit, int64_t outputs, Index o, int64_t inputs, Index i) {
  Index origin = c[Slot::Origin0], zero = c.index(0), taps1 = c[Slot::Taps1], rowPitch = c[Slot::RowPitch];
  Value to = c.at(toPanel, o * c[Slot::ToPitch]), from = c.at(panel, i * c[Slot::ChannelPitch]);
  Value first = c.at(sums, (o * c[Slot::FromChannels] + i) * c.taps() * c.lanes);
  h.loop(zero, c[Slot::Taps0], 1, [&](Value tapRow) {
    // Rows of To whose row of From at this tap exists.
    Index a(h, tapRow), begin = max(zero, origin - a - unit.row);
    Index end = min(unit.rows, c[Slot::Size0] + origin - a - unit.row);
    Value toRow = c.at(to, begin * rowPitch);
    Value fromRow = c.at(from, (unit.row + begin + a - origin - unit.fromRow) * rowPitch);
    h.loop(zero, taps1, 1, [&](Value tapColumn) {
      Index b(h, tapColumn);
      tile(unit, outputs, toRow, inputs, c.at(fromRow, b * unit.width), end - begin,
           c.at(first, (a * taps1 + b) * c.lanes));
    });
  });
}

void TapSumPass::tile(const DirectUnit &unit, int64_t outputs, Value to, int64_t inputs, Value from, Index rows,
                      Value at) {
  Index rowPitch = c[Slot::RowPitch], input = c.taps() * c.lanes, output = input * c[Slot::FromChannels];
  auto sum = [&](int64_t j, int64_t i) { return c.at(at, output * j + input * i); };
  SmallVector<Value> totals;
  for (int64_t j = 0; j < outputs; ++j)
    for (int64_t i = 0; i < inputs; ++i)
      totals.push_back(l.loadLanes(sum(j, i)));
  totals = l.loop(c.index(0), rows, 1, totals, [&](Value row, ValueRange totals) {
    Value toRow = c.at(to, Index(h, row) * rowPitch), fromRow = c.at(from, Index(h, row) * rowPitch);
    return l.loop(c.index(0), unit.vectors(c) * c.lanes, c.lanes, totals, [&](Value offset, ValueRange totals) {
      SmallVector<Value> next(totals), inputsHere;
      Value toHere = c.at(toRow, Index(h, offset)), fromHere = c.at(fromRow, Index(h, offset));
      for (int64_t i = 0; i < inputs; ++i)
        inputsHere.push_back(l.loadLanes(c.at(fromHere, c[Slot::ChannelPitch] * i)));
      for (int64_t j = 0; j < outputs; ++j) {
        Value factor = l.loadLanes(c.at(toHere, c[Slot::ToPitch] * j));
        for (int64_t i = 0; i < inputs; ++i)
          next[j * inputs + i] = l.fma(inputsHere[i], factor, next[j * inputs + i]);
      }
      return next;
    });
  });
  for (int64_t j = 0; j < outputs; ++j)
    for (int64_t i = 0; i < inputs; ++i)
      l.store(totals[j * inputs + i], sum(j, i));
}

void TapSumPass::sumLanes() {
  Value to = c.at(c.place(Slot::PartialsAt), c.chunk() * c.allTaps());
  h.loop(c.index(0), c.allTaps(), c.lanes, [&](Value first) {
    SmallVector<Value> rows;
    for (int64_t i = 0; i < c.lanes; ++i)
      rows.push_back(l.loadLanes(c.at(sums, (Index(h, first) + i) * c.lanes)));
    rows = transposed(h.b, h.loc, std::move(rows));
    while (rows.size() > 1) {
      for (size_t i = 0; i < rows.size() / 2; ++i)
        rows[i] = l.add(rows[i], rows[i + rows.size() / 2]);
      rows.resize(rows.size() / 2);
    }
    l.store(rows.front(), c.at(to, Index(h, first)));
  });
}

/// The chunks' sums of one channel of To, in their order.
static void emitTapsSum(DirectCode &c) {
  HostBuilder &h = c.h;
  Index inputs = c[Slot::FromChannels], taps = c.taps(), pitch = c.allTaps();
  Value partials = c.place(Slot::PartialsAt), kernel = c.pointer(Slot::Kernel);
  h.loop(c.index(0), inputs, 1, [&](Value i) {
    Index pair = c.chunk() * inputs + Index(h, i);
    Value from = c.at(partials, pair * taps), to = c.at(kernel, pair * c[Slot::TapStride]);
    h.loop(c.index(0), taps, 1, [&](Value tap) {
      Value first = c.l.loadScalar(c.at(from, Index(h, tap)));
      auto sum = c.l.loop(c.index(1), c[Slot::Chunks], 1, first, [&](Value chunk, ValueRange sum) {
        Value part = c.l.loadScalar(c.at(from, Index(h, chunk) * pitch + Index(h, tap)));
        return SmallVector<Value>{c.l.add(sum[0], part)};
      });
      c.l.store(sum[0], c.at(to, Index(h, tap)));
    });
  });
}

void flex::emitDirectTaps(DirectCode &c) {
  if (c.open("taps", /*chunked=*/true)) {
    TapSumPass(c).emit();
    c.close();
  }
  if (c.open("taps_sum", /*chunked=*/true)) {
    emitTapsSum(c);
    c.close();
  }
}
