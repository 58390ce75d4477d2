/// Arithmetic and memory on lanes: one element per lane of a vector register, or a single scalar.
///
/// The emitters write a formula once; whether it runs on vectors or on scalars follows from its operands: where a scalar
/// meets a vector it is repeated. Floating-point operations carry `contract` (fused multiply-add) and nothing else, so
/// NaN and infinity behave as in IEEE 754 and the order of operations is the source's.
#pragma once

#include "flex/Dialect/Flex.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace flex {

class Lanes {
public:
  Lanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::FloatType element, int64_t width)
      : builder(builder), loc(loc), element(element), width(width) {}

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::FloatType element;
  int64_t width; ///< lanes of a vector; 1: everything is scalar

  //===- Types and constants -----------------------------------------------------------------------------------------===//
  /// `vector<width x type>`, or `type` itself where there is one lane.
  mlir::Type laneType(mlir::Type type) const;
  mlir::Type laneType() const { return laneType(element); }
  int64_t elementBytes() { return element.getWidth() / 8; }
  mlir::Value number(double value); ///< a scalar
  mlir::Value zero();               ///< all lanes 0
  mlir::Value word(uint32_t value); ///< i32
  /// Repeats a scalar over the lanes; lanes stay as they are.
  mlir::Value spread(mlir::Value v);
  /// `v`, as a value that LLVM does not look through: what is computed with it is computed lane by lane. Without, a sum
  /// of repeated scalars becomes a scalar sum that is repeated, which costs a shuffle.
  mlir::Value opaque(mlir::Value v);
  /// first, first + 1, ...: i32 lanes.
  mlir::Value consecutive(mlir::Value first);

  //===- Reals -------------------------------------------------------------------------------------------------------===//
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value div(mlir::Value x, mlir::Value y);
  mlir::Value max(mlir::Value x, mlir::Value y); ///< NaN if either is
  mlir::Value min(mlir::Value x, mlir::Value y); ///< NaN if either is
  mlir::Value fma(mlir::Value x, mlir::Value y, mlir::Value z); ///< x y + z, rounded once if the target has an instruction
  mlir::Value neg(mlir::Value x);
  mlir::Value floor(mlir::Value x);
  mlir::Value abs(mlir::Value x);
  /// A function that ExpandMath replaces, by the flex op's own kind.
  mlir::Value function(mlir::Operation *kind, mlir::Value x);
  /// x^y; exponents that are small integers or 1/2 are multiplications and roots.
  mlir::Value pow(mlir::Value x, mlir::Value y, std::optional<double> exponent);
  mlir::Value fromInteger(mlir::Value i); ///< signed, of i32 or i64, to the element type
  /// Sum of all lanes, always in the same order.
  mlir::Value horizontalSum(mlir::Value v);

  //===- Decisions ---------------------------------------------------------------------------------------------------===//
  mlir::Value compare(CmpKind kind, mlir::Value x, mlir::Value y); ///< i1 lanes; with NaN only `ne` holds
  mlir::Value compare(mlir::arith::CmpIPredicate kind, mlir::Value x, mlir::Value y);
  mlir::Value select(mlir::Value mask, mlir::Value x, mlir::Value y);

  //===- Integers ----------------------------------------------------------------------------------------------------===//
  mlir::Value index(int64_t value); ///< i64
  mlir::Value iadd(mlir::Value x, mlir::Value y);
  mlir::Value isub(mlir::Value x, mlir::Value y);
  mlir::Value imul(mlir::Value x, mlir::Value y);
  mlir::Value imul(mlir::Value x, int64_t y) { return imul(x, index(y)); }
  mlir::Value iadd(mlir::Value x, int64_t y) { return iadd(x, index(y)); }
  mlir::Value idiv(mlir::Value x, mlir::Value y); ///< neither is negative
  mlir::Value irem(mlir::Value x, mlir::Value y);
  mlir::Value imin(mlir::Value x, mlir::Value y);
  mlir::Value roundUp(mlir::Value x, int64_t multiple);
  mlir::Value low32(mlir::Value x); ///< i64 to i32

  //===- Memory ------------------------------------------------------------------------------------------------------===//
  /// `base` plus `offset` elements.
  mlir::Value at(mlir::Value base, mlir::Value offset);
  mlir::Value loadScalar(mlir::Value pointer);
  mlir::Value loadLanes(mlir::Value pointer);
  void store(mlir::Value v, mlir::Value pointer);
  /// A whole vector at a multiple of its size, past the caches: a line that is overwritten need not be read. Other threads
  /// see it once the chunk is over, as the pool counts chunks with locked instructions.
  void storePast(mlir::Value v, mlir::Value pointer);
  /// Asks for the line at `pointer`, which will be read some microseconds later: for the second cache only, as in the first it
  /// would take the place of what is read until then.
  void fetch(mlir::Value pointer);

  //===- Loops -------------------------------------------------------------------------------------------------------===//
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value i, mlir::ValueRange carried)>;
  /// for (i = low; i < high; i += step), i64; the body returns what it carries on.
  llvm::SmallVector<mlir::Value> loop(mlir::Value low, mlir::Value high, int64_t step, mlir::ValueRange carried,
                                      Body body);
  void loop(mlir::Value low, mlir::Value high, int64_t step, llvm::function_ref<void(mlir::Value)> body);
  void loop(int64_t count, llvm::function_ref<void(mlir::Value)> body);

private:
  /// Makes both operands lanes if one of them is.
  void unify(mlir::Value &x, mlir::Value &y);
};

} // namespace flex
