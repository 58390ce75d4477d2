// Replaces `flex.band` by arithmetic on parameters. What an op does to frequencies is its own rule (Dialect/BandLimits.cpp);
// here is what becomes of a value that has none: an error, or in a report the reason.
#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

namespace flex {
#define GEN_PASS_DEF_DERIVEBANDS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

LogicalResult replace(BandOp band) {
  OpBuilder builder(band);
  StringAttr name = fieldType(band.getValue()).getSpace();
  auto space = SymbolTable::lookupNearestSymbolFrom<SpaceOp>(band, name);
  if (!space)
    return band.emitError("there is no space '") << name.getValue() << "'";
  FailureOr<Value> result = BandBuilder(builder, band, space.getRank()).run();
  if (failed(result))
    return failure();
  band.getResult().replaceAllUsesWith(*result);
  band.erase();
  return success();
}

/// "'sin' of a wave has all its harmonics (kernels.flex:83:10)"
std::string reasonOf(mlir::Diagnostic &diagnostic) {
  std::string text = diagnostic.str();
  if (size_t colon = text.find(": "); colon != std::string::npos)
    text = text.substr(colon + 2);
  diagnostic.getLocation()->walk([&](Location part) {
    auto file = dyn_cast<FileLineColLoc>(part);
    if (!file)
      return WalkResult::advance();
    text += (" (" + file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn()) + ")").str();
    return WalkResult::interrupt();
  });
  return text;
}

struct DeriveBands : flex::impl::DeriveBandsBase<DeriveBands> {
  void runOnOperation() override {
    bool failedAny = false;
    for (auto network : llvm::make_early_inc_range(getOperation().getOps<NetworkOp>())) {
      auto bands = llvm::to_vector(network.getEntry().getOps<BandOp>());
      if (network.getRole() == "band_limit")
        deriveReport(network, bands);
      else
        for (BandOp band : bands)
          failedAny |= failed(replace(band));
    }
    if (failedAny)
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    for (auto network : getOperation().getOps<NetworkOp>()) {
      for (auto stated : llvm::make_early_inc_range(network.getEntry().getOps<StatedBandOp>()))
        rewriter.replaceOp(stated, stated.getOperand());
      (void)runRegionDCE(rewriter, network->getRegions());
    }
  }

private:
  /// A report that cannot be made is none; why is kept.
  void deriveReport(NetworkOp network, ArrayRef<BandOp> bands) {
    std::string reason;
    StringAttr space;
    {
      ScopedDiagnosticHandler quiet(&getContext(), [&](mlir::Diagnostic &diagnostic) {
        if (reason.empty())
          reason = reasonOf(diagnostic);
        return success();
      });
      for (BandOp band : bands) {
        space = fieldType(band.getValue()).getSpace();
        if (failed(replace(band)))
          break;
      }
    }
    if (reason.empty())
      return;
    network.erase();
    note(space, reason);
  }

  /// Beside the layers whose taps lie over `space`.
  void note(StringAttr space, StringRef reason) {
    auto layers = getOperation()->getAttrOfType<ArrayAttr>(module_attributes::kLayers);
    if (!layers)
      return;
    Builder builder(&getContext());
    SmallVector<Attribute> noted;
    for (Attribute entry : layers) {
      NamedAttrList layer(cast<DictionaryAttr>(entry));
      if (auto taps = dyn_cast_or_null<FlatSymbolRefAttr>(layer.get("taps")); taps && taps.getAttr() == space)
        layer.set("no_band", builder.getStringAttr(reason));
      noted.push_back(layer.getDictionary(&getContext()));
    }
    getOperation()->setAttr(module_attributes::kLayers, builder.getArrayAttr(noted));
  }
};

} // namespace
