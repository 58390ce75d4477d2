// Batch norm after a convolution: the mean and the squared deviations of each channel come out of the convolution itself.
//
// Looked for is, of a result y, v = y or y + b with one number b for each channel; m = sum(v) / n over samples and points;
// and d = v - m with a sum of its squares. A bias changes no distance from the mean, so d becomes y - mean(y), too. The
// sum of d alone, which the gradient of the squares asks for, is 0; it asks for it as a term of a longer sum, so reductions
// are first brought into the form in which they are computed (ReductionForms.h).
//
// What it does not do: moments of anything but a convolution's result, which regions compute channel by channel
// (flex-fuse-channels).
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"
#include "flex/Transforms/ReductionForms.h"

namespace flex {
#define GEN_PASS_DEF_FINDMOMENTS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

bool sumsAllPoints(SumOp sum) { return sum.getSamples() && sum.getSpace() && sum.getAxes().empty(); }

/// The one batch norm of a convolution's result.
struct Normalisation {
  Operation *correlate; ///< a `correlate` or `correlate_mixture` without moments
  Value shifted, bias;          ///< v; b, null without
  SumOp sum;                    ///< of v
  CountOp count;
  DivOp mean;                   ///< of v
  SubOp distance;               ///< d
  SumOp squares;

  explicit Normalisation(Operation *correlate) : correlate(correlate) {}
  bool find();
  void rewrite();

private:
  bool findFrom(Value v);
  /// In the convolution's place, one that has moments.
  Operation *withMoments();
};

} // namespace

bool Normalisation::find() {
  Value y = correlate->getResult(0);
  if (findFrom(y))
    return true;
  for (Operation *user : y.getUsers()) {
    auto add = dyn_cast<AddOp>(user);
    if (!add)
      continue;
    bias = add.getLhs() == y ? add.getRhs() : add.getLhs();
    if (fieldType(bias).isUniform() && findFrom(add.getResult()))
      return true;
  }
  return false;
}

bool Normalisation::findFrom(Value v) {
  shifted = v;
  sum = {}, mean = {}, distance = {}, squares = {};
  for (Operation *user : v.getUsers())
    if (auto candidate = dyn_cast<SumOp>(user); candidate && sumsAllPoints(candidate))
      sum = candidate;
  if (!sum)
    return false;
  for (Operation *user : sum->getUsers())
    if (auto div = dyn_cast<DivOp>(user); div && div.getLhs() == sum.getResult())
      if (auto n = div.getRhs().getDefiningOp<CountOp>();
          n && n.getSamples() && n.getSpaceAttr() && n.getSpaceAttr().getAttr() == fieldType(v).getSpace())
        mean = div, count = n;
  if (!mean)
    return false;
  for (Operation *user : mean->getUsers())
    if (auto sub = dyn_cast<SubOp>(user); sub && sub.getLhs() == v && sub.getRhs() == mean.getResult())
      distance = sub;
  if (!distance)
    return false;
  for (Operation *user : distance->getUsers())
    if (auto square = dyn_cast<MulOp>(user); square && square.getLhs() == square.getRhs())
      for (Operation *reader : square->getUsers())
        if (auto candidate = dyn_cast<SumOp>(reader); candidate && sumsAllPoints(candidate))
          squares = candidate;
  return bool(squares);
}

Operation *Normalisation::withMoments() {
  OpBuilder b(correlate);
  Type output = correlate->getResult(0).getType(), uniform = sum.getType();
  SmallVector<Type> types{output, uniform, uniform};
  if (auto taps = dyn_cast<CorrelateOp>(correlate))
    return b.create<CorrelateMomentsOp>(taps.getLoc(), TypeRange(types), taps.getInput(), taps.getTaps(), taps.getCausalAttr());
  return b.create<CorrelateMixtureOp>(correlate->getLoc(), TypeRange(types), correlate->getOperands(), correlate->getAttrs());
}

void Normalisation::rewrite() {
  Operation *both = withMoments();
  Value output = both->getResult(0), itsMean = both->getResult(1), deviations = both->getResult(2);
  correlate->getResult(0).replaceAllUsesWith(output);
  OpBuilder b(sum.getContext());
  b.setInsertionPoint(sum);
  Value shiftedMean = itsMean;
  if (bias)
    shiftedMean = b.create<AddOp>(mean.getLoc(), shiftedMean, bias);
  b.setInsertionPoint(distance);
  Value offset = b.create<SubOp>(distance.getLoc(), output, itsMean);
  for (Operation *user : llvm::make_early_inc_range(distance->getUsers()))
    if (auto zero = dyn_cast<SumOp>(user); zero && sumsAllPoints(zero)) {
      b.setInsertionPoint(zero);
      SmallVector<double> zeros(fieldType(zero).getNumChannels(), 0);
      zero.replaceAllUsesWith(b.create<ConstantOp>(zero.getLoc(), zero.getType(), b.getDenseF64ArrayAttr(zeros)).getResult());
      zero.erase();
    }
  squares.replaceAllUsesWith(deviations);
  squares.erase();
  distance.replaceAllUsesWith(offset);
  distance.erase();
  mean.replaceAllUsesWith(shiftedMean);
  mean.erase();
  if (!sum.use_empty()) {
    b.setInsertionPointAfter(count->isBeforeInBlock(sum) ? sum.getOperation() : count.getOperation());
    sum.replaceAllUsesWith(b.create<MulOp>(sum.getLoc(), shiftedMean, count).getResult());
  }
  sum.erase();
  correlate->erase();
}

/// Those without moments yet.
static SmallVector<Operation *> convolutionsOf(NetworkOp network) {
  SmallVector<Operation *> found;
  for (Operation &op : network.getEntry())
    if (isa<CorrelateOp>(op) || (isa<CorrelateMixtureOp>(op) && op.getNumResults() == 1))
      found.push_back(&op);
  return found;
}

namespace {

struct FindMoments : flex::impl::FindMomentsBase<FindMoments> {
  void runOnOperation() override {
    for (auto network : getOperation().getOps<NetworkOp>()) {
      if (failed(normalizeReductions(network)))
        return signalPassFailure();
      for (Operation *convolution : convolutionsOf(network))
        if (Normalisation found(convolution); found.find())
          found.rewrite();
    }
  }
};

} // namespace
