/// Turns one `flex.network` into its entry point. Internal to EmitNetworks: one file for how arguments and results meet
/// the caller's struct (EmitNetworksEntry.cpp), one for the ops between (EmitNetworksOps.cpp), one for convolutions
/// (EmitNetworksCorrelate.cpp; they are functions of their own, see Convolutions.h), one for what observers are told
/// (EmitNetworksObserve.cpp), one for the decision on sizes (EmitNetworksCrop.cpp), one for what moves between grids
/// (EmitNetworksGrids.cpp).
#pragma once

#include "flex/Conversion/EmitNetworksArena.h"
#include "flex/Conversion/Convolutions.h"

namespace flex {

class EntryEmitter {
public:
  EntryEmitter(mlir::ModuleOp module, const NetworkDescription &description, NetworkOp network);

  /// Emits `<experiment>.<name>(run) -> i32`, and for a network that works on an arena `<experiment>.<name>.arena(run)
  /// -> i64`, the bytes that it needs.
  mlir::LogicalResult emit();

  /// Networks whose values may depend on sizes, and so live in the run's arena.
  static bool hasArena(llvm::StringRef role);

private:
  // EmitNetworksEntry.cpp
  mlir::LogicalResult verifySpaces();
  void openFunction(llvm::StringRef name, mlir::Type result);
  mlir::Value field(int64_t runOffset, int64_t updateOffset, mlir::Type type);
  mlir::LogicalResult bindArguments();
  mlir::FailureOr<mlir::Value> bind(mlir::StringAttr binding, FieldType type);
  mlir::LogicalResult placeResults();
  mlir::FailureOr<mlir::Value> destination(llvm::StringRef out);
  mlir::LogicalResult checkUpdatedInPlace(mlir::Operation *producer, mlir::StringAttr out);
  mlir::LogicalResult openFrame();
  void clearResults();
  mlir::LogicalResult storeResults();
  mlir::LogicalResult storeScalar(mlir::Value value, mlir::StringAttr out);
  mlir::Value elementOffset(mlir::Value base, int64_t elements);
  mlir::Value scalarSlot(mlir::Value asDouble, mlir::Type type);
  void emitArenaFunction();

  // EmitNetworksOps.cpp
  mlir::LogicalResult emitOps();
  mlir::LogicalResult emitOp(mlir::Operation &op);
  mlir::LogicalResult emitRegion(PointsOp op);
  void emitPoints(PointsOp op);
  mlir::Value fillContext(PointsOp op);
  mlir::LogicalResult emitRelayout(RelayoutOp op);
  mlir::LogicalResult emitDraw(DrawOp op);
  void emitCount(CountOp op);
  void emitRate(RateOp op);
  void emitNyquist(NyquistOp op);
  mlir::Value context(int64_t slots);

  // EmitNetworksCorrelate.cpp
  mlir::LogicalResult emitCorrelation(mlir::Operation *op);
  /// Finds convolutions whose transformed input also serves the taps' gradient.
  void findKept();
  /// Offsets of everything that the arena holds: the plan's, and what convolutions keep behind it.
  ArenaPlan::Offsets placeAll();
  /// Where `op` leaves its input's spectra, or finds them; null when it runs if they are not kept.
  mlir::Value keptBy(mlir::Operation *op);
  /// Bytes that the op needs while it runs; null if it is no correlation.
  mlir::Value workspace(mlir::Operation *op);
  /// What a convolution is called with for its input.
  struct CorrelationInput {
    mlir::Value data, workspace;   ///< x, or null where its rows are computed; what the workspace has left
    mlir::Value source, context;
  };
  CorrelationInput inputOf(mlir::Operation &op, const Correlation &correlation);
  mlir::Value isSpectral(const Correlation &correlation);
  /// Whether the convolution computes the rows of a shared input.
  mlir::Value leavesRowsTo(const Correlation &correlation);
  /// Name of the way in which the op is computed, which is chosen when it runs; "" where there is one way only.
  mlir::Value algorithmOf(mlir::Operation &op);
  int64_t convolutionOf(const Correlation &correlation);

  // EmitNetworksObserve.cpp
  void findBackward();
  void emitObservation(mlir::Operation &op);
  mlir::Value flopsOf(mlir::Operation &op);
  mlir::Value bytesOf(mlir::Operation &op);

  // EmitNetworksGrids.cpp
  /// Moves every `stride`-th point of `fine` to `coarse`, or back with zeros between them.
  void emitStride(mlir::Value fine, mlir::Value coarse, int64_t stride, bool spreads);
  /// Moves the last axis of `flat` to the points of `taps`, or back.
  void emitTaps(mlir::Value flat, mlir::Value taps, int64_t dilation, bool toTaps);

  // EmitNetworksCrop.cpp
  void emitCrop(CropOp op);
  void emitCropAxis(CropOp op, int64_t axis, mlir::Value extent, mlir::Value size);
  void emitReachAxis(CropOp op, int64_t axis, mlir::Value extent);
  struct AxisSizes {
    mlir::Value kept, grid, start;
  };
  void storeAxis(mlir::Value extent, int64_t axis, AxisSizes sizes);

  mlir::Value pointer(mlir::Value value);
  mlir::Value scalar(mlir::Value value, int64_t element = 0);
  int64_t elementBytes() const { return description.isDouble ? sizeof(double) : sizeof(float); }
  bool isUpdate() { return network.getRole() == "update"; }

  HostBuilder h;
  const NetworkDescription &description;
  NetworkOp network;
  mlir::func::FuncOp function;
  mlir::Value run;                                     ///< flexrt_run, or flexrt_update
  std::optional<Domains> domains;
  std::optional<ArenaPlan> plan;
  ArenaPlan::Offsets offsets;
  mlir::Value arena;
  struct Kept {
    llvm::SmallVector<mlir::Operation *> ops;          ///< the convolution, then gradients
    mlir::Value offset, bytes;
  };
  llvm::SmallVector<Kept> kept;
  llvm::DenseMap<mlir::Value, mlir::Value> outside;    ///< buffers that are not in the arena, by value
  llvm::DenseMap<mlir::Value, mlir::Value> keys;
  llvm::SmallVector<mlir::Value> destinations;         ///< of the results, by index; null for scalars
  llvm::DenseSet<mlir::Operation *> backward;          ///< ops that serve gradients alone
  mlir::Value contextMemory;
  int64_t contextSlots = 0;
};

} // namespace flex
