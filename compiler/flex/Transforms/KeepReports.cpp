// For programs that are only asked what they are: what costs time to compile goes.
#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"

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
    keepScalars();
    for (auto network : llvm::make_early_inc_range(getOperation().getOps<NetworkOp>()))
      if (!llvm::is_contained(kept, network.getRole()))
        network.erase();
  }

private:
  /// The names of the numbers that the network reports: the recipe speaks of them.
  void keepScalars() {
    SmallVector<StringRef> names;
    for (StringRef name : {"loss", "metric"})
      for (auto network : getOperation().getOps<NetworkOp>())
        for (unsigned i = 0; i < network.getNumResults(); ++i)
          if (network.getResultAttrOfType<StringAttr>(i, "flex.out") == name && !llvm::is_contained(names, name))
            names.push_back(name);
    getOperation()->setAttr(module_attributes::kScalars, Builder(&getContext()).getStrArrayAttr(names));
  }
};

} // namespace
