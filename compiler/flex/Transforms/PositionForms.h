/// Values as functions of the position: what `flex-derive-extents` solves.
#pragma once

#include "flex/Dialect/Flex.h"
#include "flex/Dialect/Signs.h"

namespace flex {

/// Emits arithmetic on single uniform numbers; what is known at compile time is folded.
class Arithmetic {
public:
  Arithmetic(mlir::OpBuilder &builder, mlir::Location loc, FieldType element)
      : builder(builder), loc(loc), type(element.withShape({})) {}

  mlir::Value number(double value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value div(mlir::Value x, mlir::Value y);
  mlir::Value neg(mlir::Value x);
  mlir::Value abs(mlir::Value x);
  mlir::Value sqrt(mlir::Value x);
  mlir::Value greater(mlir::Value x, mlir::Value y);
  mlir::Value select(mlir::Value condition, mlir::Value then, mlir::Value otherwise);
  /// Channel `index` of a uniform value.
  mlir::Value channel(mlir::Value uniform, int64_t index);

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
  FieldType type;
};

/// A uniform number as a quotient, so that the width of exp(-((p - m) / s)^2) comes out as s and not as 1 / (1 / s).
struct Ratio {
  mlir::Value numerator;   ///< null: the number is 0
  mlir::Value denominator; ///< null: 1

  bool isZero() const { return !numerator; }
};

/// Arithmetic on ratios; equal factors cancel.
class Ratios {
public:
  explicit Ratios(Arithmetic &at) : at(at) {}

  /// Channel `index` of a uniform value, quotients in it kept apart.
  Ratio channel(mlir::Value uniform, int64_t index);
  Ratio add(Ratio x, Ratio y);
  Ratio sub(Ratio x, Ratio y) { return add(x, neg(y)); }
  Ratio mul(Ratio x, Ratio y);
  Ratio div(Ratio x, Ratio y) { return mul(x, reciprocal(y)); }
  Ratio neg(Ratio x);
  /// Of a number that is not known to be 0.
  Ratio reciprocal(Ratio x);
  mlir::Value value(Ratio x);

private:
  Arithmetic &at;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::Value> channels;
};

/// coefficients . p + offset
struct Affine {
  llvm::SmallVector<Ratio, 2> coefficients; ///< one per axis
  Ratio offset;

  /// The same at every position.
  bool isUniform() const {
    return llvm::all_of(coefficients, [](const Ratio &c) { return c.isZero(); });
  }
};

/// weight * row^2
struct Square {
  Ratio weight;
  Affine row;
};

/// affine + sum of squares, or e to the power of that.
struct Form {
  bool isWindow = false;
  Affine affine;
  llvm::SmallVector<Square, 2> squares;
};

/// The value of an `extent` as a window: e to the power of a form. Emits the numbers in it at `builder`. A value that is
/// none is an error at the op in the way.
llvm::FailureOr<Form> analyseWindow(ExtentOp extent, mlir::OpBuilder &builder);

} // namespace flex
