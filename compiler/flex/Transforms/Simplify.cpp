// Algebra before differentiation: makes `linear` of sums of products, folds biases and factors into it, so that the
// gradients that follow need fewer and smaller values. Results may differ from the source's in the last bits. Does not
// fuse loops, and does nothing that changes which points or channels are computed.
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace flex {
#define GEN_PASS_DEF_SIMPLIFY
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

//===- Helpers -----------------------------------------------------------------------------------------------------===//

/// The op that makes `v`, if it is an `Op` and `v` its only use: only then does rewriting it save anything.
template <class Op> Op onlyUseOf(Value v) { return v.hasOneUse() ? v.getDefiningOp<Op>() : Op(); }

/// The operand of a commutative op that an `Op` makes for this one use, and the other operand; null and either if there
/// is none.
template <class Op, class Pair> std::pair<Op, Value> onlyUseBeside(Pair pair) {
  if (Op left = onlyUseOf<Op>(pair.getLhs()))
    return {left, pair.getRhs()};
  return {onlyUseOf<Op>(pair.getRhs()), pair.getLhs()};
}

/// The number that all channels of a constant have.
std::optional<double> splatOf(Value v) {
  DenseF64ArrayAttr numbers;
  if (!matchPattern(v, m_Constant(&numbers)) || numbers.empty() || !llvm::all_equal(numbers.asArrayRef()))
    return std::nullopt;
  return numbers[0];
}

/// One number per point, or one altogether.
bool isScalar(Value v) { return fieldType(v).getNumChannels() == 1; }

/// `v` without channel axes; it has one channel.
Value asScalar(OpBuilder &builder, Location loc, Value v) {
  return builder.createOrFold<ReshapeOp>(loc, fieldType(v).withShape({}), v);
}

//===- Patterns ----------------------------------------------------------------------------------------------------===//

/// sum over the last axis of (w[..., n] * x[n]), w uniform, is `linear` with w as a matrix.
struct SumOfProductsToLinear : OpRewritePattern<SumOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SumOp op, PatternRewriter &rewriter) const override {
    auto product = onlyUseOf<MulOp>(op.getOperand());
    if (!product)
      return rewriter.notifyMatchFailure(op, "sums no product, or one that is used elsewhere too");
    Value weight = product.getLhs(), input = product.getRhs();
    if (!fieldType(weight).isUniform())
      std::swap(weight, input);
    FieldType w = fieldType(weight), x = fieldType(input);
    if (!w.isUniform() || w.getRank() < 2 || x.getShape() != w.getShape().take_back())
      return rewriter.notifyMatchFailure(op, "the factors are no uniform [..., n] and a vector [n]");
    if (op.getSamples() || op.getSpace() || op.getAxes() != ArrayRef<int64_t>{w.getRank() - 1})
      return rewriter.notifyMatchFailure(op, "sums over something else than the last channel axis");
    int64_t in = x.getShape()[0], out = w.getNumChannels() / in;
    Value matrix = rewriter.createOrFold<ReshapeOp>(weight.getLoc(), w.withShape({out, in}), weight);
    Value result = rewriter.create<LinearOp>(op.getLoc(), x.withShape({out}), matrix, input, Value(), Value());
    rewriter.replaceOp(op, rewriter.createOrFold<ReshapeOp>(op.getLoc(), op.getType(), result));
    return success();
  }
};

/// linear(w, x) + b, b one uniform number per output.
struct AddToBias : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    auto [linear, bias] = onlyUseBeside<LinearOp>(op);
    if (!linear || linear.getBias())
      return rewriter.notifyMatchFailure(op, "adds to no `linear` without a bias that has this one use");
    if (!fieldType(bias).isUniform() || fieldType(bias).getShape() != fieldType(linear).getShape())
      return rewriter.notifyMatchFailure(op, "what is added is not one uniform number per output");
    rewriter.replaceOpWithNewOp<LinearOp>(op, op.getType(), linear.getWeight(), linear.getInput(), bias, Value());
    return success();
  }
};

/// s * linear(w, x) with one number s per point: s (w x + b) = w (s x) + s b. Only where the input is narrower than the
/// output. A further factor joins the first, so that the input is scaled once.
struct FactorIntoLinear : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    auto [linear, factor] = onlyUseBeside<LinearOp>(op);
    if (!linear || linear.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "scales no `linear` that has this one use and the product's type");
    if (!isScalar(factor))
      return rewriter.notifyMatchFailure(op, "the factor is not one number per point");
    if (fieldType(linear.getInput()).getNumChannels() >= fieldType(linear).getNumChannels())
      return rewriter.notifyMatchFailure(op, "the input is not narrower than the output");
    rewrite(op, linear, asScalar(rewriter, op.getLoc(), factor), rewriter);
    return success();
  }

private:
  static void rewrite(MulOp op, LinearOp linear, Value factor, PatternRewriter &rewriter) {
    Location loc = op.getLoc();
    Value bias = linear.getBias(), scale = linear.getScale(), input = linear.getInput();
    auto scaled = scale ? input.getDefiningOp<MulOp>() : MulOp();
    if (scaled && (scaled.getLhs() == scale || scaled.getRhs() == scale)) {
      input = scaled.getLhs() == scale ? scaled.getRhs() : scaled.getLhs();
      scale = factor = rewriter.create<MulOp>(loc, scale, factor);
    } else if (scale) {
      scale = rewriter.create<MulOp>(loc, scale, factor);
    } else if (bias && fieldType(factor).isUniform()) {
      bias = rewriter.create<MulOp>(loc, bias, factor);
    } else if (bias) {
      scale = inDomainOf(linear, factor, rewriter);
    }
    input = rewriter.create<MulOp>(loc, factor, input);
    rewriter.replaceOpWithNewOp<LinearOp>(op, op.getType(), linear.getWeight(), input, bias, scale);
  }

  /// `scaled` wants its number at every point of the result: a factor over samples alone is repeated over the space.
  static Value inDomainOf(LinearOp linear, Value factor, PatternRewriter &rewriter) {
    return rewriter.createOrFold<BroadcastOp>(factor.getLoc(), fieldType(factor).withDomainOf(fieldType(linear)),
                                              factor);
  }
};

/// reshape(x) * s = reshape(x * s), s one number per point: brings the factor to a `linear` before the reshape.
struct FactorThroughReshape : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    auto [reshape, factor] = onlyUseBeside<ReshapeOp>(op);
    if (!reshape || reshape.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "scales no reshape that has this one use and the product's type");
    if (!isScalar(factor))
      return rewriter.notifyMatchFailure(op, "the factor is not one number per point");
    if (!leadsToLinear(reshape.getOperand()))
      return rewriter.notifyMatchFailure(op, "no `linear` before the reshape could take the factor");
    Value scalar = asScalar(rewriter, op.getLoc(), factor);
    Value product = rewriter.create<MulOp>(op.getLoc(), reshape.getOperand(), scalar);
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), product);
    return success();
  }

private:
  /// Through products with scalars, which go into the `linear` themselves.
  static bool leadsToLinear(Value v) {
    while (auto product = onlyUseOf<MulOp>(v))
      v = isScalar(product.getLhs()) ? product.getRhs() : product.getLhs();
    return bool(onlyUseOf<LinearOp>(v));
  }
};

/// Powers that have an op of their own.
struct ExactPower : OpRewritePattern<PowOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PowOp op, PatternRewriter &rewriter) const override {
    Value x = op.getLhs();
    std::optional<double> exponent = splatOf(op.getRhs());
    if (!exponent || x.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "the exponent is not one number known at compile time");
    if (*exponent == 2) {
      rewriter.replaceOpWithNewOp<MulOp>(op, x, x);
    } else if (*exponent == 0.5) {
      rewriter.replaceOpWithNewOp<SqrtOp>(op, x);
    } else if (*exponent == -1) {
      auto number = FieldType::get({}, fieldType(x).getElementType());
      Value one = rewriter.create<ConstantOp>(op.getLoc(), number, rewriter.getDenseF64ArrayAttr({1}));
      rewriter.replaceOpWithNewOp<DivOp>(op, one, x);
    } else {
      return rewriter.notifyMatchFailure(op, "no op of its own for this exponent");
    }
    return success();
  }
};

/// x / u, u uniform and x not: one division, and a product at every point. The adjoint then has products too.
struct DivideOnce : OpRewritePattern<DivOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DivOp op, PatternRewriter &rewriter) const override {
    FieldType divisor = fieldType(op.getRhs());
    if (!divisor.isUniform())
      return rewriter.notifyMatchFailure(op, "the divisor is not uniform");
    if (fieldType(op.getLhs()).isUniform())
      return rewriter.notifyMatchFailure(op, "there is nothing to save in uniform arithmetic");
    auto number = FieldType::get({}, divisor.getElementType());
    Value one = rewriter.create<ConstantOp>(op.getLoc(), number, rewriter.getDenseF64ArrayAttr({1}));
    Value reciprocal = rewriter.createOrFold<DivOp>(op.getLoc(), one, op.getRhs());
    rewriter.replaceOpWithNewOp<MulOp>(op, op.getLhs(), reciprocal);
    return success();
  }
};

struct Simplify : flex::impl::SimplifyBase<Simplify> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SumOfProductsToLinear, AddToBias, FactorIntoLinear, FactorThroughReshape, ExactPower, DivideOnce>(
        &getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
