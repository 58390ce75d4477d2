/// Parts of functions that the host or a report computes on its own, and new functions made of them.
#pragma once

#include "flex/Dialect/Flex.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"

namespace flex {

/// Everything in its block that `values` are computed from, and the arguments that they need, both in their order.
struct Slice {
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::SmallVector<mlir::BlockArgument> arguments;

  explicit Slice(mlir::ValueRange values);
};

/// What an argument of a network is bound to: "parameter:stem.bias".
llvm::StringRef bindingOf(mlir::BlockArgument argument);

/// What in a slice the host does not know: an op or an argument. Null if there is nothing.
struct Obstacle {
  mlir::Operation *op = nullptr;
  mlir::BlockArgument argument;
  explicit operator bool() const { return op || argument; }
};

/// The first argument that is not bound to one of `kinds` ("parameter"), else the first op that is not `allowed`, operands
/// aside.
Obstacle findObstacle(const Slice &slice, llvm::ArrayRef<llvm::StringRef> kinds,
                      llvm::function_ref<bool(mlir::Operation *)> allowed);

/// Whether an op computes the same for every sample.
bool isWithoutSamples(mlir::Operation *op);

/// The first `correlate` whose taps lie over `space`, in the function that is closest to what the user sees. May be null.
CorrelateOp findCorrelateOver(mlir::ModuleOp module, mlir::StringAttr space);

/// A network in the making: gathers slices of other functions; what two of them share is there once.
class Gatherer {
public:
  Gatherer(mlir::ModuleOp module, llvm::StringRef role, llvm::StringRef name);

  NetworkOp getNetwork() const { return network; }
  mlir::OpBuilder &getBuilder() { return builder; }

  /// Clones a slice; `mapping` then leads from its values to those in this network.
  void add(const Slice &slice, mlir::IRMapping &mapping);
  /// Ends the network with `results`, all of them called `out`.
  void finish(mlir::ValueRange results, llvm::StringRef out);

private:
  mlir::DictionaryAttr dictionary(llvm::StringRef name, llvm::StringRef text);
  mlir::Value argumentFor(mlir::BlockArgument argument);
  mlir::Operation *findEqual(mlir::Operation *last);

  mlir::OpBuilder builder;
  NetworkOp network;
  mlir::Block *block;
  llvm::SmallVector<llvm::StringRef> binds;
};

} // namespace flex
