/// Which values of a network are stored, and which region computes each: the decisions of `flex-fuse-points`, made
/// before anything is changed. FusePoints.cpp states the rules.
#pragma once

#include "flex/Analysis/Channels.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace flex {

/// Where an op is evaluated.
struct Domain {
  bool samples = false;
  mlir::StringAttr space;

  bool operator==(const Domain &) const = default;
  bool isUniform() const { return !samples && !space; }
  static Domain of(FieldType type) { return {type.getSamples(), type.getSpace()}; }
};

/// Ops that stay outside regions: library and host calls, and the network's yield.
bool isCall(mlir::Operation *op);
/// Moves values about without arithmetic: computed again wherever it is read.
bool isCopy(mlir::Operation *op);
/// The domain that a point-local op loops over: that of its result, of a reduction that of its operand.
Domain domainOf(mlir::Operation *op);

/// Everything that one stored value is computed from, up to stored values, arguments and results of calls.
struct Cone {
  llvm::SetVector<mlir::Operation *> ops;   ///< the value's own op included
  llvm::SetVector<mlir::Value> leaves;
};

class FusionPlan {
public:
  /// A call, or the stored values of one region in the program's order.
  struct Group {
    mlir::Operation *call = nullptr;
    Domain domain;
    Domain kept;                              ///< what the sums that it yields keep of the domain: uniform but for partial sums
    bool acrossChannels = false;              ///< some op reads channels other than the one that it writes
    int64_t channels = 0;                     ///< of each value, unless `acrossChannels`
    llvm::SetVector<mlir::Operation *> stored;
    llvm::SetVector<mlir::Operation *> ops;   ///< what the region computes, `stored` included
    llvm::DenseSet<mlir::Value> fields;       ///< read or written over all of the domain
  };

  explicit FusionPlan(mlir::Block &block);

  llvm::ArrayRef<Group> getGroups() const { return groups; }
  /// Whether something outside its own region reads the stored value.
  bool leaves(mlir::Operation *stored) const { return escaping.contains(stored); }

private:
  bool mustStore(mlir::Operation *op) const;
  bool worthStoring(mlir::Operation *op) const;
  /// Collects the cone of `op` from its operands on, whether or not it is itself stored.
  Cone coneOf(mlir::Operation *op) const;
  void placeCall(mlir::Operation *call);
  void placeStored(mlir::Operation *op);
  /// First group that may hold a value which reads `leaves` over `domain`.
  size_t earliestGroup(Domain domain, const Cone &cone) const;

  std::vector<Group> groups;
  llvm::DenseMap<mlir::Operation *, size_t> groupOf; ///< of calls and stored values
  llvm::DenseSet<mlir::Operation *> storedOps, escaping;
};

} // namespace flex
