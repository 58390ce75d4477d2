// The passes of the data along axis A: a row of memory becomes a row of T, and back. Vectors that reach beyond the
// batch go through a small copy on the way, as what lies in their other lanes is not to be read, nor written.
#include "flex/Conversion/SpectralRows.h"

#include "flex/Conversion/Moments.h"

using namespace mlir;
using namespace flex;
using Slot = SpectralSlot;

namespace {
/// A block of rows of the channels that share a vector.
struct RowChunk {
  Index blocks, block;
  Index vector, channel, channels;

  RowChunk(SpectralCode &c, Index chunk, Index allChannels)
      : blocks(ceilDiv(c[Slot::DataOuter], c.index(kRowBlock))), block(chunk % blocks), vector(chunk / blocks),
        channel(vector * c[Slot::Fold]), channels(min(c[Slot::Fold], allChannels - channel)) {}
};
} // namespace

//===- Moments of what comes out -----------------------------------------------------------------------------------===//

static MomentsEmitter momentsOf(SpectralCode &c) { return {c.h, c.l.element, c.lanes}; }
/// Of one of the channels that share a vector.
static Value momentSums(SpectralCode &c, Index number) {
  return c.at(c.workerPlace(c.worker(), Slot::RowMomentsAt), number * momentsOf(c).sumElements());
}

void flex::addMoments(SpectralCode &c, SpectralRow row, Index number, Value start, Index pitch, Index vectors) {
  HostBuilder &h = c.h;
  h.when(c.isSet(Slot::PartsTo), [&] {
    h.when(row.first < row.count, [&] {
      momentsOf(c).add(momentSums(c, number), c.at(start, row.first * pitch), pitch, row.count - row.first, vectors);
    });
  });
}

static void openMoments(SpectralCode &c, RowChunk chunk) {
  c.h.when(c.isSet(Slot::PartsTo), [&] {
    c.h.loop(c.index(0), chunk.channels, 1, [&](Value number) { momentsOf(c).clear(momentSums(c, {c.h, number})); });
  });
}

/// Leaves the parts of the chunk's channels, where a channel's parts lie side by side.
static void closeMoments(SpectralCode &c, RowChunk chunk) {
  c.h.when(c.isSet(Slot::PartsTo), [&] {
    Index vectors = c.index(1).when(c.isSet(Slot::Lone), c[Slot::SliceGroups] * 2);
    c.h.loop(c.index(0), chunk.channels, 1, [&](Value number) {
      Index part = (chunk.channel + Index(c.h, number)) * chunk.blocks + chunk.block;
      momentsOf(c).close(momentSums(c, {c.h, number}), c[Slot::FirstSample], c[Slot::Samples], vectors,
                         c.at(c.pointer(Slot::PartsTo), part * MomentsEmitter::kPartElements));
    });
  });
}

//===- One row -----------------------------------------------------------------------------------------------------===//

static SpectralRow rowAt(SpectralCode &c, Value memory, Value transformed, Index first, Index end, RowChunk chunk, Index o) {
  Index points = c[Slot::Size0] * c[Slot::Size1], np = c[Slot::PaddedSamples];
  Index from = (chunk.channel * points + c[Slot::Base] + o * c[Slot::DataStrideO]) * np + c[Slot::FirstSample];
  Index there = chunk.vector * c[Slot::ChannelPitch] + o * c[Slot::Slice];
  return {c.at(memory, from),
          c.at(transformed, there),
          first,
          min(c[Slot::DataKept], (end - o) / c[Slot::DataStep]),
          chunk.channel,
          chunk.channels,
          c[Slot::Base] + o * c[Slot::DataStrideO]};
}

void flex::loadFromSource(SpectralCode &c, SpectralRow row, Value to, Index pitch, Index vectors, int64_t next) {
  HostBuilder &h = c.h;
  SmallVector<Value> arguments{c.pointer(Slot::Source),
                               c.pointer(Slot::SourceContext),
                               row.channel,
                               row.point + row.first * c[Slot::DataStrideA],
                               c[Slot::DataStrideA],
                               row.count - row.first,
                               c[Slot::DataStrideO] * next,
                               c[Slot::FirstSample],
                               vectors * c.lanes,
                               c.at(to, row.first * pitch),
                               pitch};
  SmallVector<Type> types = llvm::to_vector(ValueRange(arguments).drop_front().getTypes());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(h.b.getContext()), types);
  h.b.create<LLVM::CallOp>(h.loc, type, arguments);
}

namespace {

/// Moves the complex vectors of a row between memory and T. Vectors that reach beyond the batch, and rows that begin before
/// the data, are not used in place.
class RowPass {
public:
  RowPass(SpectralCode &c, SpectralRow row)
      : c(c), h(c.h), row(row), worker(c.worker()), dataStride(c[Slot::DataStrideA] * c[Slot::PaddedSamples]) {}

  /// Has the source write the row's points to memory.
  void fill();
  void forward();
  void forwardFromSource();
  void back();

private:
  struct Group {
    Index offset, first; ///< elements from the row's start; number of the first sample
    Value memory;
  };
  /// For every complex vector, `inside` if memory has all its samples and points, else `across`.
  void forGroups(llvm::function_ref<void(Group)> inside, llvm::function_ref<void(Group)> across);
  /// For every vector of the group's points: its place in memory, that in the copy, and its valid lanes.
  void forVectors(Group group, llvm::function_ref<void(Value memory, Value copy, Value mask)> move);
  /// Of the group's points, at `from`: into the near cache.
  void transform(Group group, SpectralCode::Sequence from);
  void writeSpectrum();
  void fetchNext();

  Index one() { return c.index(c.lanes); }
  Index two() { return c.index(2 * c.lanes); }
  Value copy() { return c.workerPlace(worker, Slot::RowStageAt); }
  SpectralCode::Sequence inMemory(Group group) { return {group.memory, dataStride, one()}; }
  SpectralCode::Sequence inCopy() { return {copy(), two(), one()}; }

  SpectralCode &c;
  HostBuilder &h;
  SpectralRow row;
  Value worker;
  Index dataStride;
};

} // namespace

void RowPass::forGroups(llvm::function_ref<void(Group)> inside, llvm::function_ref<void(Group)> across) {
  h.loop(c.index(0), c[Slot::SliceGroups], 1, [&](Value g) {
    Index offset = Index(h, g) * (2 * c.lanes);
    Group group{offset, c[Slot::FirstSample] + offset, c.at(row.memory, offset)};
    Value whole =
        h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::sle, group.first + 2 * c.lanes, c[Slot::Samples]);
    Value complete = h.b.create<arith::AndIOp>(h.loc, whole, row.first.equals(0));
    h.when(complete, [&] { inside(group); }, [&] { across(group); });
  });
}

void RowPass::forVectors(Group group, llvm::function_ref<void(Value, Value, Value)> move) {
  Value real = c.validLanes(group.first), imaginary = c.validLanes(group.first + c.lanes);
  h.zero(copy(), row.first * two() * c.elementBytes);
  h.loop(row.first, row.count, 1, [&](Value a) {
    Value memory = c.at(group.memory, Index(h, a) * dataStride), there = c.at(copy(), Index(h, a) * two());
    move(memory, there, real);
    move(c.at(memory, c.lanes), c.at(there, c.lanes), imaginary);
  });
}

void RowPass::transform(Group group, SpectralCode::Sequence from) {
  Value spectrum = c.workerPlace(worker, Slot::SpectrumAt);
  c.transform(Slot::ForwardA, from, {c.at(spectrum, group.offset), c[Slot::SliceGroups] * two(), one()}, c.index(0),
              row.count);
}

/// Every row writes a little of each column of T. If that is larger than the caches, the row, made in the near one, is written
/// past the others; else the lines of the next row are asked for.
void RowPass::writeSpectrum() {
  Index slice = c[Slot::SliceGroups] * two(), length = c[Slot::LengthA];
  Value spectrum = c.workerPlace(worker, Slot::SpectrumAt);
  h.when(
      c.isSet(Slot::Far), [&] { c.stream(spectrum, slice, row.transformed, c[Slot::RowPitch], length, slice); },
      [&] {
        fetchNext();
        c.copy(spectrum, slice, row.transformed, c[Slot::RowPitch], length, slice);
      });
}

/// A row of T is scattered over its columns, where no hardware sees it coming: asks for the next one's lines.
void RowPass::fetchNext() {
  c.fetch(c.at(row.transformed, c[Slot::Slice]), c[Slot::RowPitch], c[Slot::LengthA], c[Slot::SliceGroups] * two());
}

void RowPass::fill() {
  loadFromSource(c, row, row.memory, dataStride, c[Slot::SliceGroups] * 2, /*next=*/1);
}

void RowPass::forward() {
  // The points of a row are not side by side in memory, either.
  c.fetch(c.at(row.memory, c[Slot::DataStrideO] * c[Slot::PaddedSamples]), dataStride, row.count,
          c[Slot::SliceGroups] * two());
  forGroups([&](Group group) { transform(group, inMemory(group)); },
            [&](Group group) {
              forVectors(group,
                         [&](Value memory, Value copy, Value mask) { c.l.store(c.loadMasked(memory, mask), copy); });
              transform(group, inCopy());
            });
  writeSpectrum();
}

void RowPass::forwardFromSource() {
  Index slice = c[Slot::SliceGroups] * two();
  h.zero(copy(), row.first * slice * c.elementBytes);
  loadFromSource(c, row, copy(), slice, c[Slot::SliceGroups] * 2, /*next=*/1);
  h.loop(c.index(0), c[Slot::SliceGroups], 1, [&](Value g) {
    Index offset = Index(h, g) * two();
    transform({offset, c[Slot::FirstSample] + offset, {}}, {c.at(copy(), offset), slice, one()});
  });
  writeSpectrum();
}

void RowPass::back() {
  fetchNext();
  Index slice = c[Slot::SliceGroups] * two();
  h.loop(c.index(0), c[Slot::SliceGroups], 1, [&](Value g) {
    Index offset = Index(h, g) * two();
    c.transform(Slot::InverseA, {c.at(row.transformed, offset), c[Slot::RowPitch], one()},
                {c.at(copy(), offset), slice, one()}, c.index(0), row.count);
  });
  addMoments(c, row, c.index(0), copy(), slice, c[Slot::SliceGroups] * 2);
  Value whole =
      h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::sle, c[Slot::FirstSample] + slice, c[Slot::Samples]);
  h.when(
      whole,
      [&] {
        c.stream(c.at(copy(), row.first * slice), slice, c.at(row.memory, row.first * dataStride), dataStride,
                 row.count - row.first, slice);
      },
      [&] {
        h.loop(row.first, row.count, 1, [&](Value a) {
          Value from = c.at(copy(), Index(h, a) * slice), to = c.at(row.memory, Index(h, a) * dataStride);
          h.loop(c.index(0), slice, c.lanes, [&](Value i) {
            Value mask = c.validLanes(c[Slot::FirstSample] + Index(h, i));
            c.storeMasked(c.l.loadLanes(c.at(from, Index(h, i))), c.at(to, Index(h, i)), mask);
          });
        });
      });
}

//===- Chunks ------------------------------------------------------------------------------------------------------===//

/// `each(row)` for all rows of a chunk, or `pair(row, its neighbour, whether that is there)` for every two where the slice is one
/// vector without another.
static void forRows(SpectralCode &c, RowChunk chunk, Value memory, Value transformed, Index from, Index until,
                    llvm::function_ref<void(SpectralRow)> each,
                    llvm::function_ref<void(SpectralRow, SpectralRow, Value)> pair) {
  Index first = chunk.block * kRowBlock, last = min(first + kRowBlock, c[Slot::DataOuter]);
  auto at = [&](Index o) { return rowAt(c, memory, transformed, from, until, chunk, o); };
  c.h.when(
      c.isSet(Slot::Lone),
      [&] {
        c.h.loop(first, last, 2, [&](Value number) {
          Index o(c.h, number);
          pair(at(o), at(o + 1), o + 1 < last);
        });
      },
      [&] { c.h.loop(first, last, 1, [&](Value o) { each(at({c.h, o})); }); });
}

void flex::emitSpectralRows(SpectralCode &c) {
  HostBuilder &h = c.h;
  // data_rows(context, memory, its channels, T, chunk, whether T is for the taps' gradient): not a pass of its own, `stage` runs
  // it. Without memory, rows are the source's; y's, with both, are written to memory first.
  std::string name = c.symbol("data_rows");
  if (!h.module.lookupSymbol(name)) {
    auto function = h.begin(name, {h.ptr(), h.ptr(), h.i64(), h.ptr(), h.i64(), h.i64()}, {});
    function.setPrivate();
    c.context = function.getArgument(0);
    Value isFactor = c.index(0) < Index(h, function.getArgument(5));
    Value none = h.null();
    Value fromSource = h.b.create<LLVM::ICmpOp>(h.loc, LLVM::ICmpPredicate::eq, function.getArgument(1), none);
    Value inMemory = h.b.create<LLVM::ICmpOp>(h.loc, LLVM::ICmpPredicate::ne, function.getArgument(1), none);
    auto both = [&](Value x, Value y) -> Value { return h.b.create<arith::AndIOp>(h.loc, x, y); };
    Value fills = both(inMemory, both(c.isSet(Slot::Source), c[Slot::Backward].equals(0)));
    // Tiles before this one have computed what comes before its results.
    auto unfilled = [&](SpectralRow row) {
      row.first = c[Slot::KeptFrom];
      return row;
    };
    auto window = [&](Slot kept, Slot read) { return c[kept].when(isFactor, c[read]); };
    forRows(
        c, RowChunk(c, {h, function.getArgument(4)}, {h, function.getArgument(2)}), function.getArgument(1),
        function.getArgument(3),
        window(Slot::KeptFrom, Slot::ReadFrom), window(Slot::KeptEnd, Slot::ReadEnd),
        [&](SpectralRow row) {
          h.when(fills, [&] { RowPass(c, unfilled(row)).fill(); });
          h.when(fromSource, [&] { RowPass(c, row).forwardFromSource(); }, [&] { RowPass(c, row).forward(); });
        },
        [&](SpectralRow row, SpectralRow next, Value hasNext) {
          h.when(fills, [&] { fillLoneRows(c, unfilled(row), unfilled(next), hasNext); });
          emitLoneRows(c, row, next, hasNext, isFactor, fromSource);
        });
    h.finish();
  }
  if (!c.open("rows_back", /*chunked=*/true))
    return;
  RowChunk chunk(c, c.chunk(), c[Slot::RowChannels]);
  openMoments(c, chunk);
  forRows(
      c, chunk, c.pointer(Slot::RowsTo), c.pointer(Slot::RowsFrom), c[Slot::KeptFrom], c[Slot::KeptEnd],
      [&](SpectralRow row) { RowPass(c, row).back(); },
      [&](SpectralRow row, SpectralRow next, Value hasNext) { emitLoneRowsBack(c, row, next, hasNext); });
  closeMoments(c, chunk);
  c.close();
}
