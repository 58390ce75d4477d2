// Marks the regions that convolutions compute for themselves, row by row: the input of a convolution that one loop over points
// makes, batch norm's normalised value behind a rectifier and dropout for example. Its field is then never in memory, neither
// for the convolution nor, until the backward pass, for the gradient of its taps.
//
// Stored, the region's f fields over the domain are read once, the result is written, for which its lines are read, and
// its r readers read it: f + 2 + r fields are moved. As a source it moves r f. Readers keep the fields alive that the
// region would have been the last to read; where that is one it takes the place of the result, and more would take more
// memory than before.
//
// A result that others read as well is written: by the convolution, if that is the first one to read it, on the way. So it is
// read once less. A residual sum is one, which the next block's convolution and its shortcut have in common.
//
// What it does not do: split regions with several results, nor look at sizes or algorithms. With an algorithm that does not
// work row by row, the region is run into the workspace before each of its readers (EmitNetworksCorrelate.cpp).
#include "flex/Analysis/Channels.h"
#include "flex/Transforms/Passes.h"

#include "llvm/ADT/SetVector.h"

namespace flex {
#define GEN_PASS_DEF_FINDROWSOURCES
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

/// Whether `use` is of the data that a convolution correlates with taps, or that its taps' gradient is summed over.
static bool isCorrelated(OpOperand &use) {
  auto correlation = dyn_cast<CorrelationOpInterface>(use.getOwner());
  if (!correlation)
    return false;
  CorrelationFields<Value> fields = correlation.getFields();
  return fields.input == use.get() && fields.gradient != use.get();
}

/// The operands over the region's domain, each once.
static llvm::SetVector<Value> fieldsOf(PointsOp region) {
  llvm::SetVector<Value> fields;
  for (Value operand : region.getInputs())
    if (auto type = dyn_cast<FieldType>(operand.getType());
        type && type.hasSameDomain(fieldType(region.getResult(0))))
      fields.insert(operand);
  return fields;
}

/// Whether nothing but `reader`, the region's last, would need the field so long.
static bool isKeptFor(Value field, PointsOp region, Operation *reader) {
  return llvm::none_of(field.getUsers(), [&](Operation *user) {
    return user != region && (user == reader || reader->isBeforeInBlock(user));
  });
}

/// Whether a row can be computed by itself.
static bool hasRows(PointsOp region) {
  return region.getSamples() && region.getSpace() && region.getNumResults() == 1 && separateChannels(region) != 0 &&
         llvm::none_of(region.getBody().front(), [](Operation &op) { return isReduction(&op); });
}

static bool isSource(PointsOp region) {
  Value result = region.getResult(0);
  if (result.use_empty() || !llvm::all_of(result.getUses(), isCorrelated))
    return false;
  Operation *last = *result.user_begin();
  for (Operation *user : result.getUsers())
    last = last->isBeforeInBlock(user) ? user : last;
  llvm::SetVector<Value> fields = fieldsOf(region);
  int64_t count = fields.size(), readers = llvm::range_size(result.getUsers());
  if (count * readers >= count + 2 + readers)
    return false;
  return llvm::count_if(fields, [&](Value field) { return isKeptFor(field, region, last); }) <= 1;
}

namespace {

struct FindRowSources : flex::impl::FindRowSourcesBase<FindRowSources> {
  void runOnOperation() override {
    for (auto network : getOperation().getOps<NetworkOp>())
      for (auto region : network.getEntry().getOps<PointsOp>())
        if (hasRows(region)) {
          region.setSource(isSource(region));
          region.setShared(!region.getSource() && firstConvolution(region.getResult(0)));
        }
  }
};

} // namespace
