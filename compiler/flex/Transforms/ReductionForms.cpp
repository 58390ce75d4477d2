// What stands between reductions and one pass over memory: factors that are the same at all points leave the sum,
//     sum(x u) = u sum(x),
// and a sum of terms is split where one of them has such a factor that must itself be waited for. So the gradient of
// batch norm's mean, which is a sum that needs the variance's gradient first,
//     sum(-(g c + d v)) = -(c sum(g) + v sum(d)),
// asks for sums that can be had in the pass that computes the variance's; where they are the same, for no sum at all.
//
// What it does not do: touch products of two fields, or `outer`.
#include "flex/Transforms/ReductionForms.h"

#include "flex/Transforms/FusionPlan.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;
using namespace flex;

//===- Factors -----------------------------------------------------------------------------------------------------===//

namespace {

/// A product, up to its sign, of `varying` factors and of `fixed` ones, which are the same all over what is summed.
struct Product {
  struct Fixed {
    Value value;
    bool divides;
  };
  bool negative = false;
  SmallVector<Fixed> fixed;
  SmallVector<Value> varying;

  bool isPlain() const { return !negative && fixed.empty(); }
};

class SumSplitter {
public:
  explicit SumSplitter(SumOp sum) : sum(sum), builder(sum) {}
  void run();

private:
  bool isFixed(Value value);
  void collectFactors(Value value, Product &product);
  void collectTerms(Value value, const Product &outer, SmallVectorImpl<Product> &terms);
  Value build(Product &term);

  SumOp sum;
  OpBuilder builder;
};

/// In the order of their definition, arguments first: equal products are then equal text.
bool isDefinedBefore(Value a, Value b) {
  Operation *x = a.getDefiningOp(), *y = b.getDefiningOp();
  if (!x || !y)
    return x || y ? !x : cast<BlockArgument>(a).getArgNumber() < cast<BlockArgument>(b).getArgNumber();
  return x->isBeforeInBlock(y);
}

/// Whether the value is computed, so that a reduction with it inside must wait.
bool isComputed(Value value) { return value.getDefiningOp() && !isCopy(value.getDefiningOp()); }

} // namespace

bool SumSplitter::isFixed(Value value) {
  FieldType type = fieldType(value);
  return !(sum.getSamples() && type.getSamples()) && !(sum.getSpace() && type.getSpace());
}

void SumSplitter::collectFactors(Value value, Product &product) {
  Operation *op = value.getDefiningOp();
  if (auto broadcast = dyn_cast_or_null<BroadcastOp>(op); broadcast && isFixed(broadcast.getOperand()))
    value = broadcast.getOperand();
  if (isFixed(value)) {
    product.fixed.push_back({value, /*divides=*/false});
  } else if (auto neg = dyn_cast_or_null<NegOp>(op)) {
    product.negative = !product.negative;
    collectFactors(neg.getOperand(), product);
  } else if (auto mul = dyn_cast_or_null<MulOp>(op)) {
    collectFactors(mul.getLhs(), product);
    collectFactors(mul.getRhs(), product);
  } else if (auto div = dyn_cast_or_null<DivOp>(op); div && isFixed(div.getRhs())) {
    collectFactors(div.getLhs(), product);
    product.fixed.push_back({div.getRhs(), /*divides=*/true});
  } else {
    product.varying.push_back(value);
  }
}

void SumSplitter::collectTerms(Value value, const Product &outer, SmallVectorImpl<Product> &terms) {
  Product product = outer;
  collectFactors(value, product);
  Operation *op = product.varying.size() == 1 ? product.varying[0].getDefiningOp() : nullptr;
  // With a fixed term (x - mean) it stays whole: alone that term would have to be counted, not summed.
  auto isFixedTerm = [&](Value term) {
    auto broadcast = term.getDefiningOp<BroadcastOp>();
    return isFixed(broadcast ? broadcast.getOperand() : term);
  };
  if (!isa_and_nonnull<AddOp, SubOp>(op) || llvm::any_of(op->getOperands(), isFixedTerm)) {
    terms.push_back(product);
    return;
  }
  product.varying.clear();
  collectTerms(op->getOperand(0), product, terms);
  if (isa<SubOp>(op))
    product.negative = !product.negative;
  collectTerms(op->getOperand(1), product, terms);
}

Value SumSplitter::build(Product &term) {
  Location loc = sum.getLoc();
  llvm::stable_sort(term.varying, isDefinedBefore);
  Value value = term.varying[0];
  for (Value factor : ArrayRef(term.varying).drop_front())
    value = builder.create<MulOp>(loc, value, factor);
  // Without its fixed factors the product may lack a part of the domain along which it was repeated.
  FieldType domain = fieldType(sum.getOperand());
  if (!fieldType(value).hasSameDomain(domain))
    value = builder.create<BroadcastOp>(loc, fieldType(value).withDomainOf(domain), value);
  FieldType type = fieldType(sum.getResult()).withShape(fieldType(value).getShape());
  value = builder.create<SumOp>(loc, type, value, sum.getAxesAttr(), sum.getSamplesAttr(), sum.getSpaceAttr());
  for (auto [factor, divides] : term.fixed) {
    if (divides)
      value = builder.create<DivOp>(loc, value, factor);
    else
      value = builder.create<MulOp>(loc, value, factor);
  }
  return value;
}

void SumSplitter::run() {
  SmallVector<Product> terms;
  collectTerms(sum.getOperand(), {}, terms);
  bool waits = llvm::any_of(terms, [](const Product &term) {
    return llvm::any_of(term.fixed, [](const Product::Fixed &factor) { return isComputed(factor.value); });
  });
  if (terms.size() > 1 && !waits) {
    terms.clear();
    collectFactors(sum.getOperand(), terms.emplace_back());
  }
  if (terms.size() == 1 && (terms[0].isPlain() || terms[0].varying.empty()))
    return;

  Value result;
  for (Product &term : terms) {
    Value value = build(term);
    if (result && term.negative)
      result = builder.create<SubOp>(sum.getLoc(), result, value);
    else if (result)
      result = builder.create<AddOp>(sum.getLoc(), result, value);
    else
      result = term.negative ? builder.create<NegOp>(sum.getLoc(), value).getResult() : value;
  }
  if (result.getType() != sum.getResult().getType())
    result = builder.create<BroadcastOp>(sum.getLoc(), sum.getResult().getType(), result);
  sum.replaceAllUsesWith(result);
  sum.erase();
}

//===- Forms -------------------------------------------------------------------------------------------------------===//

/// Splits a sum over channels and the domain: channels first.
static void splitAxes(SumOp sum) {
  if (sum.getAxes().empty() || !isReduction(sum))
    return;
  OpBuilder builder(sum);
  FieldType inner = fieldType(sum.getResult()).withDomainOf(fieldType(sum.getOperand()));
  sum.setOperand(builder.create<SumOp>(sum.getLoc(), inner, sum.getOperand(), sum.getAxesAttr(), nullptr, nullptr));
  sum.setAxes({});
}

/// Takes a reshape of a reduction before it: there it is free, behind it arithmetic of its own.
static void hoistReshape(ReshapeOp reshape) {
  auto sum = reshape.getOperand().getDefiningOp<SumOp>();
  if (!sum || !isReduction(sum) || !sum->hasOneUse())
    return;
  OpBuilder builder(sum);
  FieldType result = fieldType(reshape.getResult());
  FieldType inner = result.withDomainOf(fieldType(sum.getOperand()));
  sum.setOperand(builder.create<ReshapeOp>(reshape.getLoc(), inner, sum.getOperand()));
  sum.getResult().setType(result);
  reshape.replaceAllUsesWith(sum.getResult());
  reshape.erase();
}

/// `detach` has done its work when the step is built; copies to the same type never did any, nor sums over nothing.
static bool dropIfIdentity(Operation *op) {
  auto sum = dyn_cast<SumOp>(op);
  bool nothing = sum && sum.getAxes().empty() && !isReduction(sum);
  if (!nothing && !isa<DetachOp, ReshapeOp, BroadcastOp>(op))
    return false;
  if (op->getOperand(0).getType() != op->getResult(0).getType())
    return false;
  op->replaceAllUsesWith(op->getOperands());
  op->erase();
  return true;
}

static void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

LogicalResult flex::normalizeReductions(NetworkOp network) {
  Block &block = network.getEntry();
  eraseDead(block);
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (isa<ExtentOp>(op))
      return op.emitOpError("must be replaced by `flex-derive-extents` before");
    if (dropIfIdentity(&op))
      continue;
    if (auto sum = dyn_cast<SumOp>(op))
      splitAxes(sum);
    else if (auto reshape = dyn_cast<ReshapeOp>(op))
      hoistReshape(reshape);
  }
  for (auto sum : llvm::make_early_inc_range(block.getOps<SumOp>()))
    if (isReduction(sum))
      SumSplitter(sum).run();
  IRRewriter rewriter(network.getContext());
  DominanceInfo dominance;
  eliminateCommonSubExpressions(rewriter, dominance, network);
  eraseDead(block);
  return success();
}
