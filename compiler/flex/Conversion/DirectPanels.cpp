// Units of the direct correlation, and their panels: from the layout of lanes to dense rows.
#include "flex/Conversion/DirectCode.h"

using namespace mlir;
using namespace flex;
using Slot = DirectSlot;

DirectUnit::DirectUnit(DirectCode &c, Index number)
    : sample(number), width(number), row(number), rows(number), column(number), columns(number), fromRow(number),
      fromRows(number) {
  Index slices = c[Slot::Slices], block = number / slices, zero = c.index(0);
  sample = number % slices * c.lanes;
  width = min(c.index(c.lanes), c[Slot::Samples] - sample);
  row = block / c[Slot::ColumnBlocks] * c[Slot::Rows];
  rows = min(c[Slot::Rows], c[Slot::Size0] - row);
  column = block % c[Slot::ColumnBlocks] * c[Slot::Columns];
  columns = min(c[Slot::Columns], c[Slot::Size1] - column);
  Index origin = c[Slot::Origin0];
  fromRow = max(zero, row - origin);
  fromRows = min(c[Slot::Size0], row + rows + c[Slot::Taps0] - 1 - origin) - fromRow;
}

namespace {

/// The arguments of `pack`. Pitches and counts of elements, of which one point has `width`.
struct Packing {
  Value from;                             ///< first point that exists, of the first channel and row
  Index fromChannel, fromRow, fromPoint;  ///< pitches
  Index channels, rows;
  Index left, points;                     ///< zero points before those that exist, which are so many
  Index width;
  Value to;
  Index toChannel, toRow;                 ///< pitches
  Index length;                           ///< elements that a row must have, zeros behind the points
};

} // namespace

/// `pack(...)`. A point of several samples is written as a whole vector, of which the next one overwrites what is not the
/// point's.
static void emitPack(DirectCode &c, ValueRange arguments) {
  HostBuilder &h = c.h;
  auto number = [&](int64_t i) { return Index(h, arguments[i]); };
  Packing p{arguments[0], number(1), number(2), number(3),  number(4), number(5), number(6),
            number(7),    number(8), arguments[9], number(10), number(11), number(12)};
  auto zeros = [&](Value row, Index first, Index end) {
    h.loop(first, end, c.lanes, [&](Value i) { c.l.store(c.l.zero(), c.at(row, Index(h, i))); });
  };
  h.loop(c.index(0), p.channels, 1, [&](Value channel) {
    Value fromChannel = c.at(p.from, Index(h, channel) * p.fromChannel);
    Value toChannel = c.at(p.to, Index(h, channel) * p.toChannel);
    h.loop(c.index(0), p.rows, 1, [&](Value row) {
      Value from = c.at(fromChannel, Index(h, row) * p.fromRow), to = c.at(toChannel, Index(h, row) * p.toRow);
      zeros(to, c.index(0), p.left * p.width);
      Value first = c.at(to, p.left * p.width);
      auto each = [&](llvm::function_ref<Value(Value)> load) {
        h.loop(c.index(0), p.points, 1, [&](Value i) {
          Index point(h, i);
          c.l.store(load(c.at(from, point * p.fromPoint)), c.at(first, point * p.width));
        });
      };
      h.when(
          p.width.equals(1), [&] { each([&](Value at) { return c.l.loadScalar(at); }); },
          [&] { each([&](Value at) { return c.l.loadLanes(at); }); });
      zeros(to, (p.left + p.points) * p.width, p.length);
    });
  });
}

static void pack(DirectCode &c, const Packing &p) {
  HostBuilder &h = c.h;
  SmallVector<Value> arguments{p.from,  p.fromChannel, p.fromRow, p.fromPoint, p.channels, p.rows, p.left,
                               p.points, p.width,      p.to,      p.toChannel, p.toRow,    p.length};
  std::string name = c.symbol("pack");
  if (!h.module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(h.b);
    auto function = h.begin(name, llvm::to_vector(ValueRange(arguments).getTypes()), {});
    function.setPrivate();
    emitPack(c, function.getArguments());
    h.finish();
  }
  h.call(name, arguments);
}

void flex::packFrom(DirectCode &c, const DirectUnit &unit, Value panel) {
  Index size1 = c[Slot::Size1], np = c[Slot::PaddedSamples], origin = c[Slot::Origin1], zero = c.index(0);
  Index reach = c[Slot::Taps1] - 1, first = max(zero, unit.column - origin);
  Index end = min(size1, unit.column + unit.columns + reach - origin);
  Value from = c.at(c.pointer(Slot::From), (unit.fromRow * size1 + first) * np + unit.sample);
  pack(c, {from, c[Slot::Size0] * size1 * np, size1 * np, np, c[Slot::FromChannels], unit.fromRows,
           max(zero, origin - unit.column), end - first, unit.width, panel, c[Slot::ChannelPitch], c[Slot::RowPitch],
           unit.vectors(c) * c.lanes + reach * unit.width});
}

void flex::packTo(DirectCode &c, const DirectUnit &unit, Value panel) {
  Index size1 = c[Slot::Size1], np = c[Slot::PaddedSamples];
  Value from = c.at(c.pointer(Slot::To), (unit.row * size1 + unit.column) * np + unit.sample);
  pack(c, {from, c[Slot::Size0] * size1 * np, size1 * np, np, c[Slot::ToChannels], unit.rows, c.index(0),
           unit.columns, unit.width, panel, c[Slot::ToPitch], c[Slot::RowPitch], unit.vectors(c) * c.lanes});
}
