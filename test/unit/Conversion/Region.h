/// Test support: the arguments and results of a `flex.points` region as plain arrays of doubles, a naive interpreter of its
/// ops, and the same region compiled through the real passes and run in this process.
#pragma once

#include "flex/Dialect/Flex.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace flex::test {

/// Sizes that a region's domain has at run time.
struct Sizes {
  int64_t samples = 1, points = 1, firstSample = 0;
  int64_t size[2] = {1, 1}, grid[2] = {1, 1}, start[2] = {0, 0};
  int64_t lastPoints = 1; ///< points of the space that `last` reads
  uint64_t key = 0;
};

/// A field: entry (channel, point, sample) at (channel * points + point) * samples + sample; 1 for what it lacks.
struct Array {
  int64_t channels = 1, points = 1, samples = 1;
  std::vector<double> data;
  double &at(int64_t c, int64_t p, int64_t n) { return data[((points == 1 ? c : c * points + p)) * samples + (samples == 1 ? 0 : n)]; }
  double at(int64_t c, int64_t p, int64_t n) const { return const_cast<Array *>(this)->at(c, p, n); }
};
/// An array of the right size for a type; zeros.
Array arrayOf(FieldType type, PointsOp region, const Sizes &sizes);

/// What the region computes, in double precision.
std::vector<Array> interpret(PointsOp region, const std::vector<Array> &arguments, const Sizes &sizes);

/// A context with every dialect that the passes need.
mlir::MLIRContext &context();

/// Compiled code that lives as long as this.
class Compiled {
public:
  explicit Compiled(mlir::ModuleOp lowered);
  ~Compiled();
  void *find(llvm::StringRef name);

private:
  struct State;
  std::unique_ptr<State> state;
};
/// Runs flex-emit-points.
llvm::LogicalResult emit(mlir::ModuleOp module, int64_t vectorBits);
/// Runs flex-expand-math and MLIR's conversions to the LLVM dialect, after dropping what functions came from.
void lower(mlir::ModuleOp module);

/// The only region of a module, compiled for vectors of `vectorBits`.
class CompiledRegion {
public:
  CompiledRegion(mlir::ModuleOp module, int64_t vectorBits);

  /// Runs it, cut into chunks. Padding of arguments holds NaN; writing outside a buffer is a failure of the test.
  /// `inPlace`: results lie in the memory of operands, where they may. Rows of a source are compared with its result.
  std::vector<Array> run(const std::vector<Array> &arguments, const Sizes &sizes, int64_t chunks, bool inPlace = false);
  /// Whether a result may lie in the memory of an operand.
  bool hasPlaces() const;

private:
  PointsOp region;
  int64_t vectorBits;
  std::vector<int64_t> partials;
  std::vector<llvm::SmallVector<unsigned>> places; ///< of each result
  std::unique_ptr<Compiled> code;
  void (*body)(void *, int64_t) = nullptr;
  void (*combine)(void *) = nullptr;
  using Row = void (*)(void *, int64_t channel, int64_t point, int64_t step, int64_t count, int64_t ahead, int64_t sample,
                       int64_t samples, void *to, int64_t pitch);
  Row row = nullptr;
};

} // namespace flex::test
