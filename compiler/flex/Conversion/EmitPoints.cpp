// Every `flex.points` region becomes a function of loops over lanes (PointsCall.h): planned by PointsPlan, emitted by one
// of two schedules, its arithmetic by Elements. The region stays where it is, named after its function; EmitNetworks
// turns it into a call.
#include "flex/Analysis/Channels.h"
#include "flex/Analysis/CodeDigest.h"
#include "flex/Conversion/EmitPointsSchedules.h"
#include "flex/Conversion/Passes.h"

#include "llvm/ADT/StringMap.h"

namespace flex {
#define GEN_PASS_DEF_EMITPOINTS
#include "flex/Conversion/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

static constexpr llvm::StringLiteral kPartials = "partials", kInPlace = "in_place";

//===- What callers ask --------------------------------------------------------------------------------------------===//

/// Pieces that the schedule cuts the region's work into: blocks of points, or one channel's share of them.
static Value emitItemCount(Lanes &l, const PointsPlan &plan, DomainSizes sizes) {
  auto ceilDiv = [&](Value x, int64_t y) { return l.idiv(l.iadd(x, y - 1), l.index(y)); };
  if (plan.mixes)
    return ceilDiv(l.imul(sizes.points, sizes.paddedSamples), plan.blockPoints());
  int64_t channels = 1;
  for (const PointsPlan::Result &result : plan.results)
    channels = std::max(channels, result.elements);
  if (plan.phases > 1 || !plan.domain.getSpace() || plan.results.front().kind == PointsPlan::Kind::SpaceSum)
    return l.index(channels);
  return l.imul(ceilDiv(sizes.points, plan.hasRows() ? kRowsPerItem : kPointsPerItem), channels);
}

Value flex::emitChunkCount(OpBuilder &builder, Location loc, PointsOp region, DomainSizes sizes) {
  // A chunk is worth handing to a thread from some 10 microseconds on. Chunks with partials are few, as each takes memory
  // of its own.
  constexpr int64_t kWorkPerChunk = 1 << 19, kMostChunks = 32, kMostWithPartials = 8, kCostOfMemory = 4;
  PointsPlan plan(region, /*vectorBits=*/512);
  Lanes l(builder, loc, plan.element(), 1);
  bool partials = false, single = plan.domain.isUniform();
  for (const PointsPlan::Result &result : plan.results) {
    partials |= result.partial > 0;
    // Sums over the space alone go to the result itself: by channels, or block after block.
    single |= plan.mixes && result.kind == PointsPlan::Kind::SpaceSum;
  }
  if (single)
    return l.index(1);
  int64_t work = costPerPoint(region);
  for (Value v : region->getOperands())
    if (auto type = dyn_cast<FieldType>(v.getType()); type && type.hasSameDomain(plan.domain))
      work += kCostOfMemory * type.getNumChannels();
  Value total = l.imul(l.imul(sizes.points, sizes.paddedSamples), work);
  // A whole channel is never too small a chunk beside others of its kind.
  Value most = emitItemCount(l, plan, sizes);
  if (plan.phases == 1)
    most = l.imin(most, l.index(partials ? kMostWithPartials : kMostChunks));
  Value chunks = l.imin(l.idiv(total, l.index(kWorkPerChunk)), most);
  return builder.createOrFold<arith::MaxSIOp>(loc, chunks, l.index(1));
}

int64_t flex::partialElements(PointsOp region, unsigned result) {
  auto partials = region->getAttrOfType<DenseI64ArrayAttr>(kPartials);
  assert(partials && "EmitPoints has not run");
  return partials[result];
}

SmallVector<unsigned> flex::inPlaceOperands(PointsOp region, unsigned result) {
  SmallVector<unsigned> operands;
  if (auto pairs = region->getAttrOfType<DenseI64ArrayAttr>(kInPlace))
    for (int64_t i = 0; i < pairs.size(); i += 2)
      if (pairs[i] == result)
        operands.push_back(pairs[i + 1]);
  return operands;
}

//===- The pass ----------------------------------------------------------------------------------------------------===//

/// Sums the partials of one result over the chunks, in their order.
static void emitCombination(Elements &elements, unsigned index) {
  Lanes &l = elements.lanes;
  const PointsPlan &plan = elements.plan;
  const PointsPlan::Result &result = plan.results[index];
  Value memory = elements.resultHome(index).base, chunks = elements.slot(PointsSlot::Chunks);
  auto total = [&](Value offset, bool vector) {
    Value zero = vector ? l.zero() : l.number(0);
    auto sum = l.loop(l.index(0), chunks, 1, zero, [&](Value chunk, ValueRange carried) {
      Value at = l.at(elements.partials(index), l.iadd(l.imul(chunk, result.partial), offset));
      return SmallVector<Value>{l.add(carried[0], vector ? l.loadLanes(at) : l.loadScalar(at))};
    });
    return sum[0];
  };
  if (result.kind == PointsPlan::Kind::Outer && !plan.sumsOverPoints(result.outer)) {
    auto shape = fieldType(result.root).getShape();
    int64_t columns = shape[1], whole = columns / l.width * l.width, padded = plan.paddedColumns(result.outer);
    l.loop(shape[0], [&](Value row) {
      Value from = l.imul(row, padded), to = l.at(memory, l.imul(row, columns));
      l.loop(l.index(0), l.index(whole), l.width, [&](Value c) { l.store(total(l.iadd(from, c), true), l.at(to, c)); });
      l.loop(l.index(whole), l.index(columns), 1, [&](Value c) { l.store(total(l.iadd(from, c), false), l.at(to, c)); });
    });
    return;
  }
  l.loop(result.elements, [&](Value i) {
    Value sum = plan.mixes ? l.horizontalSum(total(l.imul(i, l.width), true)) : total(i, false);
    l.store(sum, l.at(memory, i));
  });
}

namespace {
struct EmitPointsPass : flex::impl::EmitPointsBase<EmitPointsPass> {
  using EmitPointsBase::EmitPointsBase;

  void runOnOperation() override {
    if (vectorBits < 128 || vectorBits > 512 || (vectorBits & (vectorBits - 1))) {
      getOperation().emitError("'vector-bits' is 128, 256 or 512, not ") << std::to_string(vectorBits);
      return signalPassFailure();
    }
    digest = std::make_shared<CodeDigest>();
    SmallVector<PointsOp> regions;
    getOperation().walk([&](PointsOp region) { regions.push_back(region); });
    for (PointsOp region : regions)
      if (failed(emit(region)))
        return signalPassFailure();
  }

private:
  llvm::StringMap<std::string> functionOfBody; // digest of code to name
  std::shared_ptr<CodeDigest> digest;
  llvm::StringMap<int64_t> counters;           // regions of a network so far

  /// What fusion promises and nothing else in this pass would notice.
  static LogicalResult verify(const PointsPlan &plan) {
    for (const PointsPlan::Result &result : plan.results) {
      PointsOp region = plan.region;
      SumOp sum = result.sum;
      bool elsewhere = result.kind == PointsPlan::Kind::Field ? !fieldType(result.root).hasSameDomain(plan.domain)
                                                              : result.kind == PointsPlan::Kind::Channel && plan.phases == 1;
      if (elsewhere)
        return region->emitError("a result of this region lies over ") << result.root.getType() << ", not its domain";
      if (sum && !sum.getAxes().empty())
        return sum->emitOpError("sums over channels and points at once");
      if (result.kind == PointsPlan::Kind::SampleSum && plan.mixes)
        return sum->emitOpError("sums over samples alone in a region that mixes channels");
      if (plan.phases > 1 && result.elements != plan.results.front().elements)
        return region->emitError("results of a region that reads its own sums have as many channels as each other");
    }
    if (PointsOp region = plan.region; (region.getSource() || region.getShared()) && plan.mixes)
      return region->emitError("a source keeps channels apart");
    if (PointsOp region = plan.region; plan.phases > 1 && (!plan.hasRows() || separateChannels(region) < 2))
      return region->emitError("a region reads its own sums only over samples and space, channel by channel");
    return success();
  }

  LogicalResult emit(PointsOp region) {
    PointsPlan plan(region, vectorBits);
    if (failed(verify(plan)))
      return failure();
    auto network = region->getParentOfType<NetworkOp>();
    std::string owner = network ? network.getSymName().str() : "module";
    std::string name = owner + ".points." + std::to_string(counters[owner]++);
    auto i64 = IntegerType::get(&getContext(), 64);
    auto pointer = LLVM::LLVMPointerType::get(&getContext());
    bool good = true;
    std::string function = define(region, name, {pointer, i64}, [&](OpBuilder &b, ValueRange arguments) {
      Lanes lanes(b, region.getLoc(), plan.element(), plan.width);
      Elements elements(lanes, plan, arguments[0]);
      plan.mixes ? emitBlocks(elements, arguments[1]) : emitRows(elements, arguments[1]);
      good = !elements.failed;
    });
    if (!good)
      return failure();
    region->setAttr("function", FlatSymbolRefAttr::get(&getContext(), function));
    if (region.getSource() || region.getShared())
      emitSource(region, plan, name);
    SmallVector<int64_t> partials;
    for (const PointsPlan::Result &result : plan.results)
      partials.push_back(result.partial);
    region->setAttr(kPartials, DenseI64ArrayAttr::get(&getContext(), partials));
    SmallVector<int64_t> inPlace;
    for (auto [result, operand] : plan.inPlace())
      inPlace.append({result, operand});
    if (!inPlace.empty())
      region->setAttr(kInPlace, DenseI64ArrayAttr::get(&getContext(), inPlace));
    if (llvm::all_of(partials, [](int64_t count) { return count == 0; }))
      return success();
    std::string combine = define(region, name + ".combine", {pointer}, [&](OpBuilder &b, ValueRange arguments) {
      Lanes lanes(b, region.getLoc(), plan.element(), plan.width);
      Elements elements(lanes, plan, arguments[0]);
      for (unsigned i = 0; i < partials.size(); ++i)
        if (partials[i])
          emitCombination(elements, i);
    });
    region->setAttr("combine", FlatSymbolRefAttr::get(&getContext(), combine));
    return success();
  }

  /// The row form, from the same arithmetic.
  void emitSource(PointsOp region, const PointsPlan &plan, StringRef name) {
    auto i64 = IntegerType::get(&getContext(), 64);
    auto pointer = LLVM::LLVMPointerType::get(&getContext());
    SmallVector<Type> types{pointer, i64, i64, i64, i64, i64, i64, i64, pointer, i64};
    std::string row = define(region, (name + ".row").str(), types, [&](OpBuilder &b, ValueRange arguments) {
      Lanes lanes(b, region.getLoc(), plan.element(), plan.width);
      Elements elements(lanes, plan, arguments[0]);
      emitSourceRow(elements, arguments.drop_front());
    });
    region->setAttr("row", FlatSymbolRefAttr::get(&getContext(), row));
  }

  /// Makes a function, or finds one with the same code. Returns its name.
  std::string define(PointsOp region, StringRef name, TypeRange inputs, function_ref<void(OpBuilder &, ValueRange)> body) {
    OpBuilder b(&getContext());
    // Nameless until it is known to be new.
    auto function = func::FuncOp::create(region.getLoc(), "", b.getFunctionType(inputs, {}));
    function.setPrivate();
    function->setAttr("llvm.linkage", LLVM::LinkageAttr::get(&getContext(), LLVM::Linkage::Internal));
    Block *entry = function.addEntryBlock();
    b.setInsertionPointToStart(entry);
    body(b, entry->getArguments());
    b.setInsertionPointToEnd(entry);
    b.create<func::ReturnOp>(region.getLoc());
    auto [known, isNew] = functionOfBody.try_emplace((*digest)(function), name);
    if (isNew) {
      function.setSymName(name);
      getOperation().push_back(function);
    } else {
      function.erase();
    }
    return known->second;
  }
};
} // namespace
