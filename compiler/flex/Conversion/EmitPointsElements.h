/// Computes single elements of a region's values where they are asked for: `get(v, c)` is channel `c` of `v` at the
/// present points, a vector or, where the points of a vector agree, a scalar.
///
/// The loops belong to the caller. It opens a *level* for each loop that it enters; an element is computed once, at the
/// outermost level where everything that it depends on is known, and found again until that level closes. So loads of
/// parameters and arithmetic on them leave the inner loops without any analysis of aliasing.
#pragma once

#include "flex/Conversion/EmitPointsPlan.h"
#include "flex/Conversion/Lanes.h"
#include "flex/Conversion/PointsCall.h"

#include "mlir/IR/AffineExpr.h"

namespace flex {

class Elements {
public:
  /// `context` is the function's argument; the builder stands in its body.
  Elements(Lanes &lanes, const PointsPlan &plan, mlir::Value context);

  Lanes &lanes;
  const PointsPlan &plan;
  bool failed = false; ///< an error was reported

  //===- The caller's loops ------------------------------------------------------------------------------------------===//
  /// Numbers of the levels at which these are known. Level 0 is the function.
  struct LevelsOf {
    unsigned channel, row, lanes, term;
  } levelsOf{};
  /// Opens a level at the builder's place; closes it, forgetting what was computed there.
  class Level {
  public:
    Level(Elements &elements, unsigned number);
    ~Level();

  private:
    Elements &elements;
    unsigned number;
  };
  /// Where the present lanes are; set by the caller inside the level of `lanes` (`row`: inside its own).
  struct Points {
    mlir::Value flat; ///< row * Np + n, n or p: offset of the first lane in a row of memory
    mlir::Value row;  ///< point of the space, where lanes are samples
    mlir::Value lane; ///< sample n, or point p of the space, of the first lane
    mlir::Value block; ///< offset in the block
  } points;
  /// Values of the two symbolic channel indices: the group's channel and the term of a sum over channels.
  mlir::Value channelValue, termValue;
  /// The samples that lanes run over; null: all of them, padding included.
  mlir::Value samplesFrom, samplesUntil;
  mlir::AffineExpr channel() const { return mlir::getAffineDimExpr(0, context()); }
  mlir::AffineExpr term() const { return mlir::getAffineDimExpr(1, context()); }
  mlir::AffineExpr constant(int64_t c) const { return mlir::getAffineConstantExpr(c, context()); }

  //===- Elements ----------------------------------------------------------------------------------------------------===//
  mlir::Value get(mlir::Value v, mlir::AffineExpr channel);
  /// Says what an element is, until the level of its channel closes: a sum over the domain, which loops have computed.
  void provide(mlir::Value v, mlir::AffineExpr channel, mlir::Value element);
  /// All terms of a sum (or maximum) over channels: element `e` of its result, as elements of its operand.
  llvm::SmallVector<mlir::AffineExpr> termsOf(mlir::Operation *op, mlir::AffineExpr e) const;
  /// The same with a symbolic term.
  mlir::AffineExpr termOf(mlir::Operation *op, mlir::AffineExpr e, mlir::AffineExpr term) const;
  /// One more term of a sum, maximum or its place; `carried` is empty at first.
  llvm::SmallVector<mlir::Value> accumulate(mlir::Operation *op, mlir::ValueRange carried, mlir::Value value,
                                            mlir::Value index);
  /// Which of the present lanes are points of the domain, not padding.
  mlir::Value inside();
  /// `v` where the lanes are points of the domain, 0 in padding.
  mlir::Value masked(mlir::Value v);

  //===- Memory ------------------------------------------------------------------------------------------------------===//
  mlir::Value slot(PointsSlot slot) const { return header[int(slot)]; }
  /// Elements from one channel to the next of a value over the domain's space alone.
  mlir::Value spaceStride();
  /// A value that lies in memory: channel c at `base` + c * `stride`, the present lanes there at `points.flat`, or at
  /// `points.block` in scratch memory.
  struct Home {
    mlir::Value base, stride;
    bool scratch = false;
  };
  llvm::DenseMap<mlir::Value, Home> homes;
  Home operandHome(mlir::BlockArgument v);
  Home resultHome(unsigned result);
  mlir::Value partials(unsigned result) const { return partialPointers[result]; }
  /// Address of the present lanes in one channel.
  mlir::Value address(const Home &home, mlir::AffineExpr channel);
  /// Number that an index stands for; i64.
  mlir::Value expand(mlir::AffineExpr e);
  /// Computes the body at the function's level.
  mlir::Value atFunction(llvm::function_ref<mlir::Value()> body);

private:
  using Key = std::pair<mlir::Value, mlir::AffineExpr>;
  llvm::DenseMap<Key, std::pair<mlir::Value, unsigned>> known;
  llvm::DenseMap<mlir::Operation *, mlir::Value> bitsOfSamples; ///< tables of draws
  llvm::SmallVector<mlir::OpBuilder::InsertPoint> levels;
  llvm::SmallVector<mlir::Value> header, operandPointers, resultPointers, partialPointers;

  mlir::MLIRContext *context() const { return lanes.builder.getContext(); }
  unsigned levelOf(mlir::AffineExpr e) const;
  unsigned levelOf(mlir::Value v) const;
  mlir::Value atLevel(unsigned level, llvm::function_ref<mlir::Value()> body);
  mlir::Value remember(Key key, unsigned level, llvm::function_ref<mlir::Value()> body);

  mlir::AffineExpr operandIndex(mlir::Value operand, mlir::Operation *op, mlir::AffineExpr e) const;
  mlir::Value operand(mlir::Operation *op, unsigned i, mlir::AffineExpr e);
  mlir::Value compute(mlir::Operation *op, mlir::AffineExpr e);
  mlir::Value load(mlir::BlockArgument v, mlir::AffineExpr e);
  mlir::Value loadLast(LastOp op, mlir::AffineExpr e);
  mlir::Value number(ConstantOp op, mlir::AffineExpr e);
  mlir::Value power(PowOp op, mlir::AffineExpr e);
  mlir::Value stack(StackOp op, mlir::AffineExpr e);
  mlir::Value product(mlir::Operation *op, mlir::AffineExpr e);
  mlir::Value fold(mlir::Operation *op, mlir::AffineExpr e);
  mlir::Value count(CountOp op);
  mlir::Value positions(PositionsOp op, mlir::AffineExpr e);
  mlir::Value coordinate(mlir::Value index, int axis);
  mlir::Value pixel(mlir::Value index, int axis);
  mlir::Value bernoulli(BernoulliOp op, mlir::AffineExpr e);
  mlir::Value sampleBits(BernoulliOp op, mlir::Value low);
  mlir::Value refuse(mlir::Operation *op, const llvm::Twine &why);
};

} // namespace flex
