// Replaces `flex.extent` by the closed form of the box where a window reaches its level. Understands exp of a sum of
// squares of affine maps of the position (a Gaussian: of any centre, and in two dimensions of any direction), and in one
// dimension exp of an affine map (a half line). Everything else is an error at the op in the way.
#include "flex/Transforms/PositionForms.h"
#include "flex/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

namespace flex {
#define GEN_PASS_DEF_DERIVEEXTENTS
#include "flex/Transforms/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;

namespace {

/// The low and the high corner, one number per axis.
struct Box {
  SmallVector<Value, 2> low, high;
};

/// Solves exp(form) >= level for the position.
class Solver {
public:
  Solver(ExtentOp extent, OpBuilder &builder, FieldType element)
      : extent(extent), at(builder, extent.getLoc(), element), numbers(at) {}

  FailureOr<Box> solve(const Form &form) {
    if (form.squares.empty())
      return solveHalfLine(form.affine);
    if (!form.affine.isUniform())
      return refuse("a sum of squares and an affine map: complete the square");
    // exp(offset - sum of w row^2) reaches the level where sum of w row^2 <= offset - log(level).
    reach = at.sub(numbers.value(form.affine.offset), at.number(std::log(extent.getLevel().convertToDouble())));
    return solveSquares(form.squares);
  }

private:
  LogicalResult refuse(const Twine &why) {
    InFlightDiagnostic error = extent.emitError("cannot derive where this value lives: its exponent is ") << why;
    error.attachNote() << "state the box instead: `extent box(low, high)`";
    return failure();
  }

  /// exp(a p + c) >= level: p >= root where a > 0, p <= root where a < 0; the other end is that of the grid.
  FailureOr<Box> solveHalfLine(const Affine &affine) {
    if (affine.isUniform())
      return refuse("the same at every position");
    if (affine.coefficients.size() != 1)
      return refuse("an affine map, which bounds no box in two dimensions");
    Ratio slope = affine.coefficients[0];
    Ratio level{at.number(std::log(extent.getLevel().convertToDouble())), {}};
    Value root = numbers.value(numbers.div(numbers.sub(level, affine.offset), slope));
    Value rises = at.greater(numbers.value(slope), at.number(0));
    return Box{{at.select(rises, root, at.number(-1))}, {at.select(rises, at.number(1), root)}};
  }

  FailureOr<Box> solveSquares(ArrayRef<Square> squares) {
    size_t axes = squares[0].row.coefficients.size();
    for (const Square &square : squares)
      if (signOf(numbers.value(square.weight)) != Sign::Negative)
        return refuse("a square times a factor that is not known to be negative: write the factor inside the square");
    if (squares.size() != axes)
      return refuse("a sum of squares, " + Twine(squares.size()) + " of them in " + Twine(axes) +
                    (axes == 1 ? " dimension" : " dimensions") + ": needs one per axis");
    if (std::optional<SmallVector<unsigned>> order = matchDiagonal(squares))
      return solveDiagonal(squares, *order);
    return solvePlane(squares);
  }

  /// Which square each axis is in, if every square is of one axis.
  static std::optional<SmallVector<unsigned>> matchDiagonal(ArrayRef<Square> squares) {
    SmallVector<unsigned> order(squares.size(), ~0u);
    for (auto [i, square] : llvm::enumerate(squares))
      for (auto [axis, coefficient] : llvm::enumerate(square.row.coefficients))
        if (!coefficient.isZero()) {
          if (order[axis] != ~0u || llvm::is_contained(order, i))
            return std::nullopt;
          order[axis] = i;
        }
    if (llvm::is_contained(order, ~0u))
      return std::nullopt;
    return order;
  }

  /// reach / weight, the square of how far the row itself may be from 0.
  Value squaredReach(const Square &square) {
    return numbers.value(numbers.div({reach, {}}, numbers.neg(square.weight)));
  }

  /// Axis by axis: -c / a +- |1 / a| sqrt(reach / w).
  Box solveDiagonal(ArrayRef<Square> squares, ArrayRef<unsigned> order) {
    Box box;
    for (auto [axis, i] : llvm::enumerate(order)) {
      Ratio slope = squares[i].row.coefficients[axis];
      Value centre = numbers.value(numbers.neg(numbers.div(squares[i].row.offset, slope)));
      Value stretch = at.abs(numbers.value(numbers.reciprocal(slope)));
      push(box, centre, at.mul(at.sqrt(squaredReach(squares[i])), stretch));
    }
    return box;
  }

  /// Two rows a_i p + c_i over two axes. With B the inverse of A: centre -B c, half-widths
  /// sqrt(sum over i of B_ai^2 reach / w_i), which is sqrt(reach (A^T W A)^-1_aa).
  Box solvePlane(ArrayRef<Square> squares) {
    Value a[2][2], c[2], reaches[2];
    for (unsigned i : {0, 1}) {
      for (unsigned axis : {0, 1})
        a[i][axis] = numbers.value(squares[i].row.coefficients[axis]);
      c[i] = numbers.value(squares[i].row.offset);
      reaches[i] = squaredReach(squares[i]);
    }
    Value straight = at.mul(a[0][0], a[1][1]), crossed = at.mul(a[0][1], a[1][0]);
    Value determinant = at.sub(straight, crossed);
    Value inverse[2][2] = {{at.div(a[1][1], determinant), at.div(at.neg(a[0][1]), determinant)},
                           {at.div(at.neg(a[1][0]), determinant), at.div(a[0][0], determinant)}};
    Box box;
    for (unsigned axis : {0, 1}) {
      Value centre, square;
      for (unsigned i : {0, 1}) {
        Value b = inverse[axis][i], shift = at.mul(b, c[i]);
        Value part = at.mul(at.mul(b, b), reaches[i]);
        centre = centre ? at.add(centre, shift) : shift;
        square = square ? at.add(square, part) : part;
      }
      push(box, at.neg(centre), at.sqrt(square));
    }
    return box;
  }

  void push(Box &box, Value centre, Value half) {
    box.low.push_back(at.sub(centre, half));
    box.high.push_back(at.add(centre, half));
  }

  ExtentOp extent;
  Arithmetic at;
  Ratios numbers;
  Value reach;
};

/// One number per axis as the type that the `extent` had.
FailureOr<Value> asCorner(ExtentOp extent, OpBuilder &builder, ArrayRef<Value> numbers, Value corner) {
  FieldType type = fieldType(corner);
  if (type.getNumChannels() != int64_t(numbers.size()))
    return extent.emitError("the box has ") << numbers.size() << " axes, its corners are " << type;
  Value stack = builder.createOrFold<StackOp>(extent.getLoc(), type.withShape({int64_t(numbers.size())}), numbers);
  return builder.createOrFold<ReshapeOp>(extent.getLoc(), type, stack);
}

LogicalResult replace(ExtentOp extent) {
  OpBuilder builder(extent);
  FieldType element = fieldType(extent.getLow());
  FailureOr<Form> form = analyseWindow(extent, builder);
  if (failed(form))
    return failure();
  FailureOr<Box> box = Solver(extent, builder, element).solve(*form);
  if (failed(box))
    return failure();
  FailureOr<Value> low = asCorner(extent, builder, box->low, extent.getLow());
  FailureOr<Value> high = asCorner(extent, builder, box->high, extent.getHigh());
  if (failed(low) || failed(high))
    return failure();
  extent.getLow().replaceAllUsesWith(*low);
  extent.getHigh().replaceAllUsesWith(*high);
  extent.erase();
  return success();
}

struct DeriveExtents : flex::impl::DeriveExtentsBase<DeriveExtents> {
  void runOnOperation() override {
    SmallVector<ExtentOp> extents;
    getOperation().walk([&](ExtentOp extent) { extents.push_back(extent); });
    bool failedAny = false;
    for (ExtentOp extent : extents)
      failedAny |= failed(replace(extent));
    if (failedAny)
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    for (auto network : getOperation().getOps<NetworkOp>())
      (void)runRegionDCE(rewriter, network->getRegions());
  }
};

} // namespace
