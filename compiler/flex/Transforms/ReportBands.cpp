// Asks for the highest frequencies of every kernel, in functions of their own that only reports call. Derives nothing
// (DeriveBands.cpp does) and changes no other function.
#include "flex/Transforms/Passes.h"
#include "flex/Transforms/Slices.h"

namespace flex {
#define GEN_PASS_DEF_REPORTBANDS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

struct ReportBands : flex::impl::ReportBandsBase<ReportBands> {
  using Base::Base;

  void runOnOperation() override {
    unsigned index = 0;
    auto spaces = llvm::to_vector(getOperation().getOps<SpaceOp>());
    for (SpaceOp space : spaces)
      if (space.getTaps())
        ask(space, index++);
  }

private:
  void ask(SpaceOp space, unsigned index) {
    CorrelateOp correlate = findCorrelateOver(getOperation(), space.getSymNameAttr());
    if (!correlate)
      return;
    Slice slice(correlate.getTaps());
    if (findObstacle(slice, {"parameter", "setting", "state"}, isWithoutSamples))
      return;
    Gatherer report(getOperation(), "band_limit", ("band_limit." + Twine(index)).str());
    IRMapping mapping;
    report.add(slice, mapping);
    OpBuilder &builder = report.getBuilder();
    Location loc = correlate.getLoc();
    FieldType taps = fieldType(correlate.getTaps());
    auto number = FieldType::get({}, taps.getElementType());
    Value h = builder.create<ConstantOp>(loc, number, builder.getDenseF64ArrayAttr({deviations}));
    auto axes = FieldType::get({int64_t(space.getRank())}, taps.getElementType());
    Value band = builder.create<BandOp>(loc, axes, mapping.lookup(correlate.getTaps()), h, BandPart::both,
                                        /*total=*/true);
    report.finish(band, "output");
  }
};

} // namespace
