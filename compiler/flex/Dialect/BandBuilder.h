/// What an op's band rule sees: what is known of its operands as functions of the position, and arithmetic on that.
#pragma once

#include "flex/Dialect/Signs.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace flex {

class FieldType;
class BandOp;

/// One factor of a product of waves. Frequencies are in radians per unit length. Its arrays are uniform, with an axis for
/// the axes of space and then the channel axes of the value, where a size of 1 stands for "the same in all".
struct BandFactor {
  mlir::Value wave;   ///< null: none
  mlir::Value window; ///< deviation of the spectrum of its windows, before channels are combined; where it is cut off, after
  mlir::Value rise;   ///< square root of the degree of the polynomial under the window; null: none
  mlir::Value joint;  ///< the largest sum of both over what linear maps have combined; null: nothing yet, so their sum
};

/// A value as a function of the position, channel by channel.
struct BandForm {
  enum Kind {
    Uniform,   ///< the same at every position
    Affine,    ///< slope . p + offset
    Quadratic, ///< a weighted sum of squares of affine maps
    Polynomial, ///< any other, of `degree`
    Wave       ///< has a highest frequency, the sum over its factors
  } kind = Uniform;

  mlir::Value slope;     ///< of Affine, an array
  mlir::Value curvature; ///< of Quadratic: second derivatives along each axis, an array
  Sign sign = Sign::Unknown; ///< of `curvature`
  int64_t degree = 0;        ///< of Affine, Quadratic and Polynomial

  llvm::SmallVector<BandFactor, 4> factors; ///< of Wave, in the order in which they were multiplied
  bool isCombined = false; ///< linear maps have combined channels: what multiplies it now is another factor
  mlir::Value total;       ///< of Wave: the sum of all factors, an array
};

/// Derives the form of one value, from its operands on, through the rules of the ops.
class BandBuilder {
public:
  /// `axes`: of the space that the value lies over.
  BandBuilder(mlir::OpBuilder &builder, BandOp asked, int64_t axes);

  /// The results of the op that asks, as it describes them. An error at the op in the way.
  llvm::FailureOr<mlir::Value> run();

  //===- For rules -------------------------------------------------------------------------------------------------===//

  /// Of an operand of the op whose rule is called.
  const BandForm &form(mlir::Value operand) const { return forms.find(operand)->second; }
  mlir::LogicalResult refuse(mlir::Operation *op, const llvm::Twine &why);

  BandForm affine(mlir::Value slope) const;
  BandForm quadratic(mlir::Value curvature, Sign sign) const;
  BandForm polynomial(int64_t degree) const;
  /// A wave times a polynomial, which shapes the window: n-fold derivatives of a Gaussian spectrum of deviation a reach their
  /// peak at sqrt(n) a, and fall from there as fast at least as the Gaussian from 0. Needs a window, and no combined channels.
  mlir::FailureOr<BandForm> shaped(mlir::Operation *op, BandForm wave, int64_t degree);
  /// Of one factor; one of both may be null.
  BandForm wave(mlir::Value frequency, mlir::Value window);
  BandForm product(const BandForm &x, const BandForm &y);
  /// The factor as it counts once channels of it are combined.
  BandFactor combined(const BandFactor &factor);
  /// Whatever the weights of the sum: the larger of both.
  BandForm combine(const BandForm &x, const BandForm &y);
  /// A linear map over channels: `reduce` takes the largest of each array over those that it combines.
  BandForm combineChannels(const BandForm &x, llvm::function_ref<mlir::Value(mlir::Value)> reduce);
  /// An op that moves channels about: `move` does to an array what the op does to the value.
  BandForm moveChannels(BandForm x, llvm::function_ref<mlir::Value(mlir::Value)> move) const;

  //===- Arrays ----------------------------------------------------------------------------------------------------===//

  template <class Op, class... Operands> mlir::Value make(Operands... operands) {
    return builder.createOrFold<Op>(loc, operands...);
  }
  mlir::Value number(double value);
  /// The slope of positions: 1 where the channel is the axis.
  mlir::Value identity();
  /// With the number of channel axes that a value of shape `to` has; `array` belongs to one of shape `from`.
  mlir::Value align(mlir::Value array, llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);
  /// Repeated to all axes and to all channels of `shape`.
  mlir::Value spread(mlir::Value array, llvm::ArrayRef<int64_t> shape);
  mlir::Value reshape(mlir::Value array, llvm::ArrayRef<int64_t> shape);
  /// Over one axis, which goes.
  mlir::Value sum(mlir::Value array, int64_t axis);
  /// Over the last axis, which goes.
  mlir::Value largest(mlir::Value array);
  FieldType arrayType(llvm::ArrayRef<int64_t> shape) const;
  int64_t numAxes() const { return axes; }

private:
  mlir::LogicalResult derive(mlir::Value value);
  mlir::Value jointOf(const BandFactor &factor);
  mlir::Value cutOff(const BandFactor &factor);
  mlir::Value largestOfAll(mlir::Value array);
  mlir::Value sumUp(const BandForm &form);
  mlir::Value larger(mlir::Value x, mlir::Value y);
  mlir::Value added(mlir::Value x, mlir::Value y);
  mlir::Value hypotenuse(mlir::Value x, mlir::Value y);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Operation *asked;
  int64_t axes;
  llvm::DenseMap<mlir::Value, BandForm> forms;
};

} // namespace flex
