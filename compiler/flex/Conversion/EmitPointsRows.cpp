// Schedule of regions that do not mix channels. The work is cut into items: one channel, and 32 rows of the space (where
// lanes are samples) or 4096 points of it (where they are points). Arithmetic on parameters is done once per item; sums
// over the domain are kept in vectors and added to the chunk's partials at the end of each item.
#include "flex/Conversion/EmitPointsSchedules.h"

using namespace mlir;
using namespace flex;

std::pair<Value, Value> flex::rangeOf(Elements &elements, Value items, Value chunk) {
  Lanes &l = elements.lanes;
  Value chunks = elements.slot(PointsSlot::Chunks);
  return {l.idiv(l.imul(items, chunk), chunks), l.idiv(l.imul(items, l.iadd(chunk, 1)), chunks)};
}

Value flex::zeroedPartials(Elements &elements, unsigned result, Value chunk) {
  Lanes &l = elements.lanes;
  int64_t count = elements.plan.results[result].partial;
  Value memory = l.at(elements.partials(result), l.imul(chunk, count));
  l.loop(l.index(0), l.index(count), l.width, [&](Value i) { l.store(l.zero(), l.at(memory, i)); });
  return memory;
}

namespace {
class RowEmitter {
public:
  RowEmitter(Elements &elements, Value chunk)
      : elements(elements), l(elements.lanes), plan(elements.plan), chunk(chunk), partials(plan.results.size()) {}

  void run() {
    std::map<std::pair<int64_t, bool>, SmallVector<unsigned>> nests; // by channels, and whether over the space alone
    for (auto [i, result] : llvm::enumerate(plan.results)) {
      nests[{result.elements, result.kind == PointsPlan::Kind::SpaceSum}].push_back(i);
      if (result.kind == PointsPlan::Kind::Sum)
        partials[i] = zeroedPartials(elements, i, chunk);
    }
    for (auto &[key, results] : nests) {
      auto [channels, overSpace] = key;
      index = channels == 1 ? elements.constant(0) : elements.channel();
      if (overSpace)
        sumSpace(channels, results);
      else
        run(channels, results);
    }
  }

private:
  Elements &elements;
  Lanes &l;
  const PointsPlan &plan;
  Value chunk;
  AffineExpr index;            // the channel of the present item
  SmallVector<Value> partials; // of sums, by result

  /// Items of one channel.
  Value units() {
    if (plan.hasRows())
      return ceilDiv(elements.slot(PointsSlot::Points), kRowsPerItem);
    if (plan.domain.getSpace())
      return ceilDiv(elements.slot(PointsSlot::Points), kPointsPerItem);
    return l.index(1);
  }
  Value ceilDiv(Value x, int64_t y) { return l.idiv(l.iadd(x, y - 1), l.index(y)); }

  void run(int64_t channels, ArrayRef<unsigned> results) {
    elements.levelsOf = {.channel = 1, .row = 2, .lanes = plan.hasRows() ? 3u : 2u, .term = 0};
    Value perChannel = units();
    auto [low, high] = rangeOf(elements, l.imul(perChannel, channels), chunk);
    SmallVector<unsigned> sums;
    llvm::copy_if(results, std::back_inserter(sums), [&](unsigned i) { return plan.results[i].kind == PointsPlan::Kind::Sum; });
    l.loop(low, high, 1, [&](Value item) {
      Elements::Level level(elements, 1);
      elements.channelValue = l.idiv(item, perChannel);
      Value unit = l.irem(item, perChannel);
      SmallVector<Value> start(sums.size(), l.zero());
      SmallVector<Value> ends = plan.hasRows() ? rows(unit, results, start) : points(unit, results, start);
      for (auto [i, end] : llvm::zip(sums, ends)) {
        Value total = l.at(partials[i], elements.expand(index));
        l.store(l.add(l.loadScalar(total), l.horizontalSum(end)), total);
      }
    });
  }

  /// Lanes are samples; the item is a few rows.
  SmallVector<Value> rows(Value unit, ArrayRef<unsigned> results, ValueRange start) {
    Value low = l.imul(unit, kRowsPerItem);
    Value high = l.imin(l.iadd(low, kRowsPerItem), elements.slot(PointsSlot::Points));
    return l.loop(low, high, 1, start, [&](Value row, ValueRange sums) {
      Elements::Level level(elements, 2);
      elements.points.row = row;
      Value padded = elements.slot(PointsSlot::PaddedSamples), base = l.imul(row, padded);
      return l.loop(l.index(0), padded, l.width, sums, [&](Value n, ValueRange sums) {
        Elements::Level level(elements, 3);
        elements.points.lane = n;
        elements.points.flat = l.iadd(base, n);
        return point(results, sums);
      });
    });
  }

  /// Lanes are samples without a space, or points of a space without samples, or there is one point.
  SmallVector<Value> points(Value unit, ArrayRef<unsigned> results, ValueRange start) {
    Value low = l.index(0), high = l.index(1);
    if (plan.domain.getSamples()) {
      high = elements.slot(PointsSlot::PaddedSamples);
    } else if (plan.domain.getSpace()) {
      low = l.imul(unit, kPointsPerItem);
      high = l.imin(l.iadd(low, kPointsPerItem), elements.slot(PointsSlot::Points));
    }
    return l.loop(low, high, l.width, start, [&](Value i, ValueRange sums) {
      Elements::Level level(elements, 2);
      elements.points.lane = elements.points.flat = i;
      return point(results, sums);
    });
  }

  SmallVector<Value> point(ArrayRef<unsigned> results, ValueRange sums) {
    SmallVector<Value> next;
    for (unsigned i : results) {
      Value v = elements.get(plan.results[i].root, index);
      if (plan.results[i].kind == PointsPlan::Kind::Sum)
        next.push_back(l.add(sums[next.size()], elements.masked(v)));
      else
        l.store(l.spread(v), elements.address(elements.resultHome(i), index));
    }
    return next;
  }

  /// Sums over the space, one for each sample: lanes outside, rows inside, in two levels against rounding.
  void sumSpace(int64_t channels, ArrayRef<unsigned> results) {
    elements.levelsOf = {.channel = 1, .row = 3, .lanes = 2, .term = 0};
    Value padded = elements.slot(PointsSlot::PaddedSamples), rows = elements.slot(PointsSlot::Points);
    auto [low, high] = rangeOf(elements, l.index(channels), chunk);
    l.loop(low, high, 1, [&](Value channel) {
      Elements::Level level(elements, 1);
      elements.channelValue = channel;
      l.loop(l.index(0), padded, l.width, [&](Value n) {
        Elements::Level level(elements, 2);
        elements.points.lane = n;
        SmallVector<Value> zeros(results.size(), l.zero());
        auto sums = l.loop(l.index(0), rows, kRowsPerItem, zeros, [&](Value first, ValueRange totals) {
          Value last = l.imin(l.iadd(first, kRowsPerItem), rows);
          auto parts = l.loop(first, last, 1, zeros, [&](Value row, ValueRange sums) {
            Elements::Level level(elements, 3);
            elements.points.row = row;
            elements.points.flat = l.iadd(l.imul(row, padded), n);
            SmallVector<Value> next;
            for (auto [i, sum] : llvm::zip(results, sums))
              next.push_back(l.add(sum, elements.get(plan.results[i].root, index)));
            return next;
          });
          SmallVector<Value> next;
          for (auto [total, part] : llvm::zip(totals, parts))
            next.push_back(l.add(total, part));
          return next;
        });
        for (auto [i, sum] : llvm::zip(results, sums)) {
          Elements::Home home = elements.resultHome(i);
          l.store(sum, l.at(home.base, l.iadd(l.imul(elements.expand(index), home.stride), n)));
        }
      });
    });
  }
};
} // namespace

void flex::emitRows(Elements &elements, Value chunk) { RowEmitter(elements, chunk).run(); }
