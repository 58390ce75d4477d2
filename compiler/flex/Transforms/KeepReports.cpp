// For programs that are only asked what they are: what costs time to compile goes.
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

namespace flex {
#define GEN_PASS_DEF_KEEPREPORTS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

struct KeepReports : flex::impl::KeepReportsBase<KeepReports> {
  void runOnOperation() override {
    static constexpr StringRef kept[] = {"initialise", "sizes", "require", "band_limit"};
    for (auto network : llvm::make_early_inc_range(getOperation().getOps<NetworkOp>()))
      if (!llvm::is_contained(kept, network.getRole()))
        network.erase();
  }
};

} // namespace
