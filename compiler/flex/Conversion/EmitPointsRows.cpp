// Schedule of regions that do not mix channels. The work is cut into items: one channel, and 32 rows of the space (where
// lanes are samples) or 4096 points of it (where they are points). Arithmetic on parameters is done once per item; sums
// over the domain are kept in vectors and added to the chunk's partials at the end of each item. Sums over the samples alone
// go to the result: every point is in one item only.
//
// Where sums are read in their own region, an item is a whole channel: all its points in one loop after the other, each
// with the sums of those before. A channel's values come from memory once if they fit the processor's own cache. What one
// loop made with effort, a draw of dropout for example, waits for the next in the memory of that one's result.
//
// A source has a second form: a row of points of one channel, for some of the samples, to where its caller wants it.
#include "flex/Conversion/EmitPointsSchedules.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

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
    if (plan.phases > 1)
      return runPhases();
    // Beside a partial sum there are only others of its kind (FusePoints.cpp, rule 4).
    PointsPlan::Kind kind = plan.results.front().kind;
    std::map<int64_t, SmallVector<unsigned>> nests; // by channels
    for (auto [i, result] : llvm::enumerate(plan.results)) {
      nests[result.elements].push_back(i);
      if (result.kind == PointsPlan::Kind::Sum)
        partials[i] = zeroedPartials(elements, i, chunk);
    }
    for (auto &[channels, results] : nests) {
      index = channels == 1 ? elements.constant(0) : elements.channel();
      if (kind == PointsPlan::Kind::SpaceSum)
        sumSpace(channels, results);
      else if (kind == PointsPlan::Kind::SampleSum)
        sumSamples(channels, results);
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

  /// What one loop over points does: values that it adds up, and results that it stores.
  struct Work {
    SmallVector<Value> summed;
    SmallVector<unsigned> stored;
    SmallVector<PointsPlan::Carried> carried; // waits in a result's memory
  };

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
    Work work;
    SmallVector<unsigned> sums;
    for (unsigned i : results) {
      bool isSum = plan.results[i].kind == PointsPlan::Kind::Sum;
      (isSum ? sums : work.stored).push_back(i);
      if (isSum)
        work.summed.push_back(plan.results[i].root);
    }
    l.loop(low, high, 1, [&](Value item) {
      Elements::Level level(elements, 1);
      elements.channelValue = l.idiv(item, perChannel);
      Value unit = l.irem(item, perChannel);
      SmallVector<Value> start(sums.size(), l.zero());
      SmallVector<Value> ends = plan.hasRows() ? rows(unit, work, start) : points(unit, work, start);
      for (auto [i, end] : llvm::zip(sums, ends)) {
        Value total = l.at(partials[i], elements.expand(index));
        l.store(l.add(l.loadScalar(total), l.horizontalSum(end)), total);
      }
    });
  }

  /// Channel by channel, the phases in their order.
  void runPhases() {
    elements.levelsOf = {.channel = 1, .row = 2, .lanes = 3, .term = 0};
    index = elements.channel();
    auto [low, high] = rangeOf(elements, l.index(plan.results.front().elements), chunk);
    l.loop(low, high, 1, [&](Value channel) {
      Elements::Level level(elements, 1);
      elements.channelValue = channel;
      for (int64_t phase = 0; phase < plan.phases; ++phase)
        runPhase(phase);
      for (auto [i, result] : llvm::enumerate(plan.results))
        if (result.kind != PointsPlan::Kind::Field) {
          SumOp sum = result.sum;
          Value v = elements.get(sum ? Value(sum.getResult()) : result.root, index);
          l.store(v, l.at(elements.resultHome(i).base, channel));
        }
      elements.homes.clear();
    });
  }

  /// Sums are taken in two levels, against rounding.
  void runPhase(int64_t phase) {
    Work work;
    SmallVector<Value> sums;
    for (Operation &op : plan.body().without_terminator())
      if (isDomainSum(&op) && plan.phaseOf(op.getOperand(0)) == phase) {
        work.summed.push_back(op.getOperand(0));
        sums.push_back(op.getResult(0));
      }
    for (auto [i, result] : llvm::enumerate(plan.results))
      if (result.kind == PointsPlan::Kind::Field && plan.phaseOf(result.root) == phase)
        work.stored.push_back(i);
    for (const PointsPlan::Carried &c : plan.carried)
      if (c.phase == phase)
        work.carried.push_back(c);
    SmallVector<Value> zeros(sums.size(), l.zero());
    auto ends = l.loop(l.index(0), units(), 1, zeros, [&](Value unit, ValueRange totals) {
      SmallVector<Value> next;
      for (auto [total, part] : llvm::zip(totals, rows(unit, work, zeros)))
        next.push_back(l.add(total, part));
      return next;
    });
    for (auto [sum, end] : llvm::zip(sums, ends))
      elements.provide(sum, index, l.horizontalSum(end));
    for (const PointsPlan::Carried &c : plan.carried)
      if (llvm::is_contained(work.stored, c.result))
        elements.homes.erase(c.value);
    for (unsigned i : work.stored)
      elements.homes[plan.results[i].root] = elements.resultHome(i);
    for (const PointsPlan::Carried &c : work.carried)
      elements.homes[c.value] = elements.resultHome(c.result);
  }

  /// Lanes are samples; the item is a few rows.
  SmallVector<Value> rows(Value unit, const Work &work, ValueRange start) {
    auto [low, high] = rowsOf(unit);
    return l.loop(low, high, 1, start, [&](Value row, ValueRange sums) {
      Elements::Level level(elements, 2);
      elements.points.row = row;
      return samples(work, sums);
    });
  }
  std::pair<Value, Value> rowsOf(Value unit) {
    Value low = l.imul(unit, kRowsPerItem);
    return {low, l.imin(l.iadd(low, kRowsPerItem), elements.slot(PointsSlot::Points))};
  }
  /// All samples of the present row.
  SmallVector<Value> samples(const Work &work, ValueRange start) {
    Value padded = elements.slot(PointsSlot::PaddedSamples), base = l.imul(elements.points.row, padded);
    return l.loop(l.index(0), padded, l.width, start, [&](Value n, ValueRange sums) {
      Elements::Level level(elements, 3);
      elements.points.lane = n;
      elements.points.flat = l.iadd(base, n);
      return point(work, sums);
    });
  }

  /// Lanes are samples without a space, or points of a space without samples, or there is one point.
  SmallVector<Value> points(Value unit, const Work &work, ValueRange start) {
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
      return point(work, sums);
    });
  }

  SmallVector<Value> point(const Work &work, ValueRange sums) {
    SmallVector<Value> next, values;
    for (auto [v, sum] : llvm::zip(work.summed, sums))
      next.push_back(l.add(sum, elements.masked(elements.get(v, index))));
    for (unsigned i : work.stored)
      values.push_back(elements.get(plan.results[i].root, index));
    SmallVector<Value> carried;
    for (const PointsPlan::Carried &c : work.carried)
      carried.push_back(elements.get(c.value, index));
    // After all that is read here: a result may lie in an operand's memory (PointsPlan::inPlace).
    for (auto [i, v] : llvm::zip(work.stored, values))
      l.store(l.spread(v), elements.address(elements.resultHome(i), index));
    for (auto [c, v] : llvm::zip(work.carried, carried))
      l.store(l.spread(v), elements.address(elements.resultHome(c.result), index));
    return next;
  }

  /// Sums over the samples, one for each point of the space.
  void sumSamples(int64_t channels, ArrayRef<unsigned> results) {
    elements.levelsOf = {.channel = 1, .row = 2, .lanes = 3, .term = 0};
    Value perChannel = units();
    auto [low, high] = rangeOf(elements, l.imul(perChannel, channels), chunk);
    Work work;
    for (unsigned i : results)
      work.summed.push_back(plan.results[i].root);
    l.loop(low, high, 1, [&](Value item) {
      Elements::Level level(elements, 1);
      elements.channelValue = l.idiv(item, perChannel);
      auto [first, last] = rowsOf(l.irem(item, perChannel));
      l.loop(first, last, 1, [&](Value row) {
        Elements::Level level(elements, 2);
        elements.points.row = row;
        SmallVector<Value> zeros(results.size(), l.zero());
        for (auto [i, sum] : llvm::zip(results, samples(work, zeros))) {
          Elements::Home home = elements.resultHome(i);
          l.store(l.horizontalSum(sum), l.at(home.base, l.iadd(l.imul(elements.expand(index), home.stride), row)));
        }
      });
    });
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

/// Asks for what the row that lies `ahead` elements further will read at the present lanes.
static void fetchAhead(Elements &elements, AffineExpr channel, Value ahead) {
  Lanes &l = elements.lanes;
  for (BlockArgument argument : elements.plan.body().getArguments()) {
    auto type = dyn_cast<FieldType>(argument.getType());
    if (!type || !type.hasSameDomain(elements.plan.domain))
      continue;
    l.fetch(l.at(elements.address(elements.operandHome(argument), channel), ahead));
  }
}

void flex::emitSourceRow(Elements &elements, ValueRange arguments) {
  Lanes &l = elements.lanes;
  Value point = arguments[1], step = arguments[2], count = arguments[3], ahead = arguments[4], first = arguments[5];
  Value samples = arguments[6], to = arguments[7], pitch = arguments[8];
  const PointsPlan::Result &result = elements.plan.results.front();
  elements.levelsOf = {.channel = 0, .row = 1, .lanes = 2, .term = 0};
  elements.channelValue = arguments[0];
  elements.samplesFrom = first, elements.samplesUntil = l.iadd(first, samples);
  AffineExpr channel = result.elements == 1 ? elements.constant(0) : elements.channel();
  Value padded = elements.slot(PointsSlot::PaddedSamples), aheadInMemory = l.imul(ahead, padded);
  l.loop(l.index(0), count, 1, [&](Value i) {
    Elements::Level level(elements, 1);
    elements.points.row = l.iadd(point, l.imul(i, step));
    Value base = l.imul(elements.points.row, padded), row = l.at(to, l.imul(i, pitch));
    l.loop(l.index(0), samples, l.width, [&](Value n) {
      Elements::Level level(elements, 2);
      elements.points.lane = l.iadd(first, n);
      elements.points.flat = l.iadd(base, elements.points.lane);
      fetchAhead(elements, channel, aheadInMemory);
      l.store(elements.masked(elements.get(result.root, channel)), l.at(row, n));
    });
  });
}
