/// What becomes of a region: facts about its results, and for regions that mix channels the order of the work on one
/// block of points and the scratch memory that it takes. No code is emitted here.
///
/// Rules that regions keep: head comment of Transforms/FusePoints.cpp.
#pragma once

#include "flex/Dialect/Flex.h"

#include "llvm/ADT/MapVector.h"

namespace flex {

/// Sums and products with at most so many terms are straight-line code wherever their result is needed.
inline constexpr int64_t kInlineTerms = 4;

/// Leads through reshapes, which change no order of channels.
mlir::Value stripReshapes(mlir::Value v);

struct PointsPlan {
  /// A `Sum` is over the whole domain; `SpaceSum` keeps the samples, `SampleSum` the space.
  enum class Kind { Field, Sum, SpaceSum, SampleSum, Outer, Channel };
  /// One result of the region. `root` is the value over the domain: what is stored, or what is summed; of a `Channel`,
  /// the number for each channel that is computed from sums.
  struct Result {
    Kind kind;
    mlir::Value root;
    OuterOp outer;                   ///< of an outer product
    SumOp sum;                       ///< of a sum
    int64_t elements;                ///< channels of the result
    int64_t partial = 0;             ///< elements of one chunk's partials
  };

  PointsPlan(PointsOp region, int64_t vectorBits);

  PointsOp region;
  FieldType domain; ///< a scalar over the region's domain
  int64_t width;    ///< lanes of a vector; 1 in uniform regions
  bool mixes;       ///< channels are mixed: work goes block by block; else channel by channel
  llvm::SmallVector<Result> results;

  /// Loops over the points of a channel, each of which may read the sums of those before; more than one only where a sum
  /// is read in its own region.
  int64_t phases = 1;
  /// The loop that computes a value over the domain; of a uniform value, the first that may read it.
  int64_t phaseOf(mlir::Value v) const { return phaseOfValue.lookup(v); }
  /// A value that is computed in one loop and wanted in a later one, where it costs more to compute again than to load: it
  /// waits in the memory of a result that only the later loop stores.
  struct Carried {
    mlir::Value value;
    int64_t phase;
    unsigned result;
  };
  llvm::SmallVector<Carried> carried;
  /// (result, operand): the result may lie in the operand's memory, since at no point is the operand read after the
  /// result was stored there.
  llvm::SmallVector<std::pair<unsigned, unsigned>> inPlace() const;

  mlir::FloatType element() const { return domain.getElementType(); }
  /// The region's block; its ops are `body().without_terminator()`.
  mlir::Block &body() const { return *block; }
  bool hasRows() const { return domain.getSamples() && domain.getSpace(); }
  /// Points of a block of work.
  int64_t blockPoints() const;
  /// Whether lanes of `v` differ: it has the axis that lanes run over.
  bool varies(mlir::Value v) const;
  /// The outer product's rows are gathered over lanes of points, as its columns are fewer than lanes.
  bool sumsOverPoints(OuterOp outer) const;
  int64_t paddedColumns(OuterOp outer) const;

private:
  mlir::Block *block;
  llvm::DenseMap<mlir::Value, int64_t> phaseOfValue;
  void findPhases();
  void findCarried();
  llvm::DenseMap<mlir::Value, int64_t> lastReads() const;
};

/// A sum over samples or space.
bool isDomainSum(mlir::Operation *op);
/// Whether `op` mixes so many channels that its operand has to lie in memory or run through a loop.
bool isStep(mlir::Operation *op);
/// Operations on one element of the result.
int64_t costPerElement(mlir::Operation *op);
/// Multiplications and additions that one point takes, roughly; functions count with their polynomials.
int64_t costPerPoint(PointsOp region);

/// The work on one block, in order.
struct BlockPlan {
  explicit BlockPlan(const PointsPlan &plan);

  struct Task {
    enum { Store, MaskedCopy, Result } kind;
    mlir::Value value;
    unsigned result = 0;
  };
  /// A loop over `channels` that does tasks, or (no tasks) one op that mixes channels.
  struct Event {
    mlir::Operation *step = nullptr;
    int64_t channels = 0;
    llvm::SmallVector<Task> tasks;
  };
  llvm::SmallVector<Event> events;

  /// Rows of scratch memory, one per channel and as long as a block, or the memory of a result.
  struct Place {
    int64_t event;       ///< where it is written
    int64_t rows;
    int result = -1;     ///< the result that it is, or
    int64_t offset = -1; ///< its first row
    int64_t lastUse = 0;
    bool masked = false; ///< padding holds zeros
  };
  using Places = llvm::MapVector<mlir::Value, Place>;
  Places places;
  Places maskedCopies; ///< of operands of outer products
  Places transposed;   ///< of the right operands of outer products
  int64_t scratchRows = 0;

private:
  using Key = std::pair<int64_t, int64_t>; // stage, channels; a step of its own: (stage, -number)
  const PointsPlan &plan;
  llvm::DenseMap<mlir::Value, int64_t> stages, costs;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Key>> sinks;
  llvm::DenseMap<mlir::Operation *, int64_t> numbers;
  std::map<Key, Event> groups;

  void computeStages();
  int64_t cost(mlir::Value v);
  bool isRead(mlir::Operation *step, mlir::OpOperand &operand) const;
  void decideStores();
  void gatherInputs();
  void addMaskedCopies();
  void orderEvents();
  void findLastUses();
  void use(mlir::Value v, int64_t event, llvm::SmallPtrSetImpl<mlir::Operation *> &seen);
  void assignRows();
};

} // namespace flex
