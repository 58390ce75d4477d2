#include "flex/Conversion/Moments.h"

#include "flex/Conversion/SpectralTiles.h"
#include "flexrt/abi/flexrt.h"

using namespace mlir;
using namespace flex;

void MomentsEmitter::call(StringRef name, ValueRange arguments, llvm::function_ref<void(PassCode &, ValueRange)> body) {
  PassCode c(h, "moments", element, lanes);
  std::string symbol = c.symbol(name);
  if (!h.module.lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(h.b);
    auto function = h.begin(symbol, llvm::to_vector(arguments.getTypes()), {});
    function.setPrivate();
    body(c, function.getArguments());
    h.finish();
  }
  h.call(symbol, arguments);
}

//===- Sums of a chunk ---------------------------------------------------------------------------------------------===//

namespace {

/// Where sums lie: for each vector the shift, distances and squares, and then the number of points.
struct Sums {
  PassCode &c;
  Value start;
  Value shift(Index vector) { return c.at(start, vector * c.lanes); }
  Value distances(Index vector) { return c.at(start, (vector + MomentsEmitter::kVectors) * c.lanes); }
  Value squares(Index vector) { return c.at(start, (vector + 2 * MomentsEmitter::kVectors) * c.lanes); }
  Value countAt() { return c.at(start, 3 * MomentsEmitter::kVectors * c.lanes); }
  Index count() { return {c.h, c.h.load(c.h.i64(), countAt())}; }
};

} // namespace

void MomentsEmitter::clear(Value sums) {
  call("clear", sums, [&](PassCode &c, ValueRange arguments) {
    Sums s{c, arguments[0]};
    h.loop(c.index(0), c.index(3 * kVectors * lanes), lanes,
           [&](Value i) { c.l.store(c.l.zero(), c.at(s.start, Index(h, i))); });
    h.store(c.index(0), s.countAt());
  });
}

/// Where the shift moves by t, with n points, the sum of distances s and that of squares q become s - n t and
/// q - t (2 s - n t). t is what the shift moves by after rounding, so that nothing is lost.
void MomentsEmitter::add(Value sums, Value start, Index pitch, Index count, Index vectors) {
  call("add", {sums, start, pitch, count, vectors}, [&](PassCode &c, ValueRange arguments) {
    Lanes &l = c.l;
    Sums s{c, arguments[0]};
    Value start = arguments[1];
    Index pitch(h, arguments[2]), count(h, arguments[3]), vectors(h, arguments[4]);
    auto each = [&](llvm::function_ref<void(int64_t, Index)> body) {
      emitInBlocks(h, vectors, kVectors, [&](int64_t size, Value first) { body(size, {h, first}); });
    };
    auto point = [&](Value p, Index vector) {
      return l.loadLanes(c.at(start, Index(h, p) * pitch + vector * lanes));
    };
    // The first row has no mean before it: its own.
    h.when(s.count().equals(0), [&] {
      Value share = l.div(l.number(1), l.fromInteger(count));
      each([&](int64_t size, Index first) {
        auto totals = l.loop(c.index(0), count, 1, SmallVector<Value>(size, l.zero()), [&](Value p, ValueRange totals) {
          SmallVector<Value> next;
          for (int64_t v = 0; v < size; ++v)
            next.push_back(l.add(totals[v], point(p, first + v)));
          return next;
        });
        for (int64_t v = 0; v < size; ++v)
          l.store(l.mul(totals[v], share), s.shift(first + v));
      });
    });
    Index all = s.count() + count;
    Value number = l.fromInteger(all), share = l.div(l.number(1), number);
    each([&](int64_t size, Index first) {
      SmallVector<Value> shifts, zeros(2 * size, l.zero());
      for (int64_t v = 0; v < size; ++v)
        shifts.push_back(l.loadLanes(s.shift(first + v)));
      auto totals = l.loop(c.index(0), count, 1, zeros, [&](Value p, ValueRange totals) {
        SmallVector<Value> next(totals);
        for (int64_t v = 0; v < size; ++v) {
          Value d = l.sub(point(p, first + v), shifts[v]);
          next[v] = l.add(totals[v], d);
          next[size + v] = l.fma(d, d, totals[size + v]);
        }
        return next;
      });
      for (int64_t v = 0; v < size; ++v) {
        Value distances = l.add(l.loadLanes(s.distances(first + v)), totals[v]);
        Value squares = l.add(l.loadLanes(s.squares(first + v)), totals[size + v]);
        Value shift = l.add(shifts[v], l.mul(distances, share));
        Value moved = l.sub(shift, shifts[v]), rest = l.sub(distances, l.mul(moved, number));
        l.store(shift, s.shift(first + v));
        l.store(rest, s.distances(first + v));
        l.store(l.sub(squares, l.mul(moved, l.add(distances, rest))), s.squares(first + v));
      }
    });
    h.store(all, s.countAt());
  });
}

void MomentsEmitter::close(Value sums, Index first, Index samples, Index vectors, Value part) {
  call("close", {sums, first, samples, vectors, part}, [&](PassCode &c, ValueRange arguments) {
    Lanes &l = c.l;
    Sums s{c, arguments[0]};
    Index first(h, arguments[1]), samples(h, arguments[2]), vectors(h, arguments[3]);
    auto total = [&](llvm::function_ref<Value(Index)> term) {
      auto sum = l.loop(c.index(0), vectors, 1, l.zero(), [&](Value v, ValueRange sum) {
        Index vector(h, v);
        Value valid = c.lanesBelow(samples, first + vector * lanes);
        return SmallVector<Value>{l.add(sum[0], l.select(valid, term(vector), l.zero()))};
      });
      return l.horizontalSum(sum[0]);
    };
    Value part = arguments[4];
    auto leave = [&](Value mean, Value rest, Value deviations, Value number) {
      l.store(mean, part);
      l.store(deviations, c.at(part, 1));
      l.store(number, c.at(part, 2));
      l.store(rest, c.at(part, 3));
    };
    Value nothing = s.count().equals(0);
    h.when(nothing, [&] { leave(l.number(0), l.number(0), l.number(0), l.number(0)); }, [&] {
      Index valid = min(vectors * lanes, samples - first);
      Value points = l.fromInteger(s.count()), number = l.fromInteger(valid), share = l.div(l.number(1), points);
      // Means as distances from the first lane's shift, which are small beside it.
      Value origin = l.loadScalar(s.shift(c.index(0)));
      auto rest = [&](Index v) { return l.mul(l.loadLanes(s.distances(v)), share); };
      auto meanOf = [&](Index v) { return l.add(l.sub(l.loadLanes(s.shift(v)), origin), rest(v)); };
      Value middle = l.div(total(meanOf), number), mean = l.add(origin, middle);
      Value deviations = total([&](Index v) {
        Value d = l.sub(meanOf(v), middle), own = l.mul(l.loadLanes(s.distances(v)), rest(v));
        return l.fma(l.mul(d, d), points, l.sub(l.loadLanes(s.squares(v)), own));
      });
      leave(mean, l.sub(middle, l.sub(mean, origin)), deviations, l.mul(points, number));
    });
  });
}

void MomentsEmitter::combine(Value parts, Index slices, Index channels, Index blocks, Value mean, Value deviations) {
  call("combine", {parts, slices, channels, blocks, mean, deviations}, [&](PassCode &c, ValueRange arguments) {
    Value parts = arguments[0], means = arguments[4], deviations = arguments[5];
    Index slices(h, arguments[1]), channels(h, arguments[2]), blocks(h, arguments[3]);
    Lanes d(h.b, h.loc, h.b.getF64Type(), 1);
    auto widen = [&](Value x) -> Value {
      return element.isF64() ? x : h.b.create<arith::ExtFOp>(h.loc, h.f64(), x);
    };
    auto narrow = [&](Value x) -> Value {
      return element.isF64() ? x : h.b.create<arith::TruncFOp>(h.loc, element, x);
    };
    h.loop(c.index(0), channels, 1, [&](Value number) {
      Index channel(h, number);
      // Sums over all parts of the channel, of what `terms` makes of mean, what that lost, deviations and number.
      auto totals = [&](int64_t count, llvm::function_ref<SmallVector<Value>(Value, Value, Value, Value)> terms) {
        SmallVector<Value> zeros(count, d.number(0));
        return d.loop(c.index(0), slices, 1, zeros, [&](Value slice, ValueRange outer) {
          return d.loop(c.index(0), blocks, 1, outer, [&](Value block, ValueRange sums) {
            Value part = c.at(parts, ((Index(h, slice) * channels + channel) * blocks + Index(h, block)) * kPartElements);
            SmallVector<Value> next;
            Value rounded = widen(c.l.loadScalar(part)), rest = widen(c.l.loadScalar(c.at(part, 3)));
            Value v = widen(c.l.loadScalar(c.at(part, 1)));
            Value n = widen(c.l.loadScalar(c.at(part, 2)));
            for (auto [sum, term] : llvm::zip(sums, terms(rounded, rest, v, n)))
              next.push_back(d.add(sum, term));
            return next;
          });
        });
      };
      auto first = totals(2, [&](Value m, Value rest, Value, Value n) {
        return SmallVector<Value>{d.mul(d.add(m, rest), n), n};
      });
      Value mean = d.div(first[0], first[1]);
      auto second = totals(1, [&](Value m, Value rest, Value v, Value n) {
        Value off = d.add(d.sub(m, mean), rest);
        return SmallVector<Value>{d.fma(d.mul(off, off), n, v)};
      });
      c.l.store(narrow(mean), c.at(means, channel));
      c.l.store(narrow(second[0]), c.at(deviations, channel));
    });
  });
}

//===- Of a field in memory ----------------------------------------------------------------------------------------===//

namespace {

enum class FieldSlot : int64_t { Workspace, Field, Samples, PaddedSamples, Points, Channels, Blocks, Count };
/// Points that are added at once, and those of a chunk.
constexpr int64_t kRowPoints = 32, kBlockPoints = 16 * kRowPoints;

/// The chunks of a field: a slice of samples, a channel, a block of points.
struct Chunks {
  Index slices, blocks, channels;
  Chunks(HostBuilder &h, const CorrelationCall &call, int64_t lanes)
      : slices(ceilDiv(Index(h, call.paddedSamples), Index(h, MomentsEmitter::kVectors * lanes))),
        blocks(ceilDiv(Index(h, call.size[0]) * Index(h, call.size[1]), Index(h, kBlockPoints))),
        channels(h, call.out) {}
  Index count() { return slices * blocks * channels; }
};

} // namespace

Value MomentsEmitter::workspace(const CorrelationCall &call) {
  Index elements = Chunks(h, call, lanes).count() * kPartElements;
  return roundUp(elements * (element.getWidth() / 8), FLEXRT_ALIGNMENT);
}

static void emitFieldChunk(MomentsEmitter &moments, SlottedCode<FieldSlot> &c) {
  using Slot = FieldSlot;
  HostBuilder &h = c.h;
  Value sums = h.stack(moments.sumElements() * c.elementBytes);
  Index item = c.chunk(), blocks = c[Slot::Blocks], channels = c[Slot::Channels], points = c[Slot::Points];
  Index np = c[Slot::PaddedSamples], perSlice = blocks * channels;
  Index first = item / perSlice * (MomentsEmitter::kVectors * c.lanes);
  Index vectors = min(c.index(MomentsEmitter::kVectors), (np - first) / c.lanes);
  Index channel = item % perSlice / blocks, begin = item % blocks * kBlockPoints;
  Index end = min(begin + kBlockPoints, points);
  moments.clear(sums);
  h.loop(begin, end, kRowPoints, [&](Value number) {
    Index row(h, number);
    Value start = c.at(c.pointer(Slot::Field), (channel * points + row) * np + first);
    moments.add(sums, start, np, min(c.index(kRowPoints), end - row), vectors);
  });
  moments.close(sums, first, c[Slot::Samples], vectors,
                c.at(c.pointer(Slot::Workspace), item * MomentsEmitter::kPartElements));
}

void MomentsEmitter::ofOutput(const CorrelationCall &call) {
  using Slot = FieldSlot;
  SlottedCode<Slot> c(h, "moments", element, lanes);
  {
    OpBuilder::InsertionGuard guard(h.b);
    if (c.open("field", /*chunked=*/true)) {
      emitFieldChunk(*this, c);
      c.close();
    }
  }
  c.newContext();
  Chunks chunks(h, call, lanes);
  c.set(Slot::Workspace, call.workspace);
  c.set(Slot::Field, call.output);
  c.set(Slot::Samples, call.samples);
  c.set(Slot::PaddedSamples, call.paddedSamples);
  c.set(Slot::Points, Index(h, call.size[0]) * Index(h, call.size[1]));
  c.set(Slot::Channels, chunks.channels);
  c.set(Slot::Blocks, chunks.blocks);
  Value none = h.null(), wanted = h.b.create<LLVM::ICmpOp>(h.loc, LLVM::ICmpPredicate::ne, call.mean, none);
  h.when(wanted, [&] {
    c.run("field", chunks.count());
    combine(call.workspace, chunks.slices, chunks.channels, chunks.blocks, call.mean, call.deviations);
  });
}
