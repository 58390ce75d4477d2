/// Internal to the direct correlation: the context, and what the files that emit its functions share.
#pragma once

#include "flex/Conversion/PassCode.h"

namespace flex {

/// Slots of a context. "From" is what is summed over, "To" what comes out: of y they are x and y, of the input's gradient
/// the gradients of y and x. Of the taps' gradient From is x, To the gradient of y.
enum class DirectSlot : int64_t {
  From, To, Kernel, Workspace,
  // What the call says. Axis 0 of a signal is 1, its points are axis 1.
  Samples, PaddedSamples, FromChannels, ToChannels, Size0, Size1, Taps0, Taps1,
  Origin0, Origin1,                   ///< point p of To sums points p + tap - origin of From
  TapStride,                          ///< elements from one pair's taps to the next
  KernelFrom, KernelTo,               ///< pairs from one channel to the next
  Flipped,                            ///< the taps are turned round
  // The plan: units.
  Slices, Width,                      ///< slices of samples; samples of the largest
  Rows, RowBlocks, Columns, ColumnBlocks, Units,
  // The plan: memory. Pitches in elements, places in bytes from the workspace's start or the worker's.
  TileChannels,                       ///< of To; of a block of weights, too
  RowPitch, ChannelPitch,             ///< of a panel, with the taps' reach
  ToPitch,                            ///< of a panel of To: from channel to channel
  ResultPitch,                        ///< of the rows that a tile makes
  Chunks,                             ///< of the taps' gradient
  WeightsAt, PartialsAt, WorkersAt, WorkerBytes,
  PanelAt, ToPanelAt, ResultAt, SumsAt,
  Bytes,
  Count
};

class DirectCode : public SlottedCode<DirectSlot> {
public:
  DirectCode(HostBuilder &host, mlir::FloatType element, int64_t lanes)
      : SlottedCode(host, "direct", element, lanes) {}

  /// Channels of To by vectors along a row whose sums fill the registers.
  struct Tile {
    int64_t channels, vectors;
  };
  Tile wideTile() const { return {6, registers() == 32 ? 4 : 2}; }
  /// For rows of fewer vectors.
  Tile tallTile() const { return {12, wideTile().vectors / 2}; }

  Index taps() { return (*this)[DirectSlot::Taps0] * (*this)[DirectSlot::Taps1]; }
  /// Elements of all weights of a block of channels of To, and how many blocks there are.
  Index weightPitch() { return (*this)[DirectSlot::FromChannels] * taps() * (*this)[DirectSlot::TileChannels]; }
  Index weightBlocks() { return ceilDiv((*this)[DirectSlot::ToChannels], (*this)[DirectSlot::TileChannels]); }
  /// Taps of all pairs, in whole vectors.
  Index allTaps() {
    return roundUp((*this)[DirectSlot::FromChannels] * (*this)[DirectSlot::ToChannels] * taps(), lanes);
  }
};

/// One unit: where it begins, how much it has.
struct DirectUnit {
  Index sample, width;     ///< first sample; samples
  Index row, rows;         ///< of To
  Index column, columns;
  Index fromRow, fromRows; ///< of From, those that exist

  DirectUnit(DirectCode &code, Index number);
  /// Vectors of a row.
  Index vectors(DirectCode &code) const { return ceilDiv(columns * width, code.index(code.lanes)); }
};

/// Packs the unit's part of From, with zeros where the taps reach beyond the data, into a panel; or of To, without.
void packFrom(DirectCode &code, const DirectUnit &unit, mlir::Value panel);
void packTo(DirectCode &code, const DirectUnit &unit, mlir::Value panel);

//===- The functions; each is emitted into the module once ----------------------------------------------------------===//

/// `sums_plan` and `taps_plan`.
void emitDirectPlans(DirectCode &code);
/// `weights`, by blocks of To's channels, and `sums`, by units.
void emitDirectSums(DirectCode &code);
/// `taps`, by chunks of units, and `taps_sum`, by channels of To.
void emitDirectTaps(DirectCode &code);

} // namespace flex
