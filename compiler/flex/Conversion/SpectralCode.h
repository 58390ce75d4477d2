/// Internal to the spectral convolution: the context, and what the files that emit its functions share.
#pragma once

#include "flex/Conversion/PassCode.h"

namespace flex {

/// Slots of the context, 8 bytes each. Pointers first; counts are elements, points or bytes as the comment says.
/// "Pairs" are the (out, in) pairs of channels, which are the lanes of everything about taps.
enum class SpectralSlot : int64_t {
  Input, Kernel, Output, Gradient, InputGradient, KernelGradient, Kept, Mean, Deviations, Workspace,
  Weight, Bias, Scale, WeightGradient, BiasGradient, ScaleGradient, ///< of a mixture, whose basis is the kernel
  Source, SourceContext,                              ///< what computes rows of the input, to memory if that is there; or null
  // What the call says.
  Hidden,                                             ///< signals whose spectra are mixed; 0: taps are given, or
  TapsOf,                                             ///< made of so many signals; 0: neither
  NearBytes,                                          ///< see CorrelationCall
  Samples, PaddedSamples, In, Out, Size0, Size1, Taps0, Taps1, TapStride, Causal, Backward,
  // The plan: transforms.
  LengthA, LengthB,
  ForwardA, InverseA, ForwardB, InverseB,             ///< codelets of the data
  TapForwardA, TapInverseA, TapForwardB, TapInverseB, ///< and of the taps
  MirrorShift,                                        ///< frequency -f of B is (2 LengthB - MirrorShift - f) mod LengthB
  Columns,                                            ///< frequencies of A, to half
  ColumnBlock, ColumnStep,                            ///< in a chunk of the gradients' pass; to a worker's next one
  TapBlock,                                           ///< vectors of pairs in a chunk of the taps' way back
  Slices,                                             ///< of the batch, times tiles
  // The plan: points. Row o of axis A has points below min(Kept, (End - o) / Step).
  DataStrideA, DataStrideO, DataKept, DataEnd, DataStep, DataOuter,
  Tiles, Tile, Shift,                                 ///< of a signal; points of one; where its first output comes out
  TapStrideA, TapStrideO, TapKept, TapEnd, TapStep, TapOuter, TapOriginA, TapOriginB,
  Signals, SignalVectors,                             ///< rows that are transformed, all pairs' or a mixture's; vectors of them
  ScaleRow,                                           ///< which row is the mixture's scale, or -1
  TapCount, StageBase,                                ///< taps of a pair; position of the first in the stage
  // The plan: memory. Pitches in elements, places in bytes from the workspace's start or the worker's.
  LoneFold,                                           ///< channels that share a lone vector
  Groups,                                             ///< complex vectors of a slice of samples, the last of which may have fewer
  WeightPitch,                                        ///< of the taps' spectra: from one frequency B to the next
  TapRowPitch,                                        ///< of the taps' T: from one frequency A to the next
  PairVectors,                                        ///< vectors of all pairs
  SignalPitch,                                        ///< of the spectra of a mixture's signals: from one frequency B to the next
  ManyTaps,                                           ///< their T is larger than the caches
  Far,                                                ///< T of the data is, and is written past them
  FrameBytes,                                         ///< the taps' spectra at one frequency of A
  InputAt, GradientAt, TapsAt, TapGradientAt, WeightsAt, SumsAt, MomentsAt,
  MatrixAt, TurnedMatrixAt, MatrixSumsAt,             ///< of a mixture of spectra
  FactorsAt, TapRowsAt, TapPartsAt,                   ///< of a mixture of taps
  WorkersAt, WorkerBytes,
  BlocksAt,                                           ///< a column of y's, and of x's in nearly the same place (see BlockOffset)
  FurtherBlockAt,                                     ///< another one of x's, where none was kept for the taps' gradient
  TurnedAt, StageAt, RowStageAt, SpectrumAt, RowMomentsAt, SignalsAt,
  TwiddlesAt, InverseTwiddlesAt,                      ///< factors between the axes at one frequency of A
  MirroredTwiddlesAt, MirroredInverseTwiddlesAt,      ///< and at its mirror
  Workers,                                            ///< of the pool
  Bytes,
  KeptBytes,                                          ///< of x's spectra; 0 where they cannot be kept
  // The slice that is worked on: its elements a vector of channels, and pitches.
  SliceGroups, Slice,
  Fold, FoldLanes,                                    ///< channels that share a vector, and lanes of each; 1 and all but in a lone vector
  Valid,                                              ///< lanes of a channel that hold samples, of a lone vector; or all
  InVectors, OutVectors,                              ///< of channels
  RowPitch, ChannelPitch,                             ///< of T: from one frequency A, and from one vector of channels, to the next
  InPitch, OutPitch,                                  ///< of a column's blocks: from one frequency B to the next
  BlockOffset,                                        ///< from y's block to x's: at every frequency, y's ends before x's begins
  InImaginary, OutImaginary,                          ///< from real to imaginary parts
  BlockStride, ChannelStride,                         ///< from one vector of channels to the next, and from one channel
  KeptAt, KeptFrame,                                  ///< x's kept spectra: where this slice's are (a pointer); elements of a column's
  // The tile of a signal that is worked on, which starts at point Base of memory (which may lie before the data): the points
  // that are read, and those that results are kept for, as the first place on axis A and as End above.
  Base, ReadFrom, ReadEnd, KeptFrom, KeptEnd,
  // Set between the passes.
  FirstSample, Lone, FirstSlice, LastSlice, TapChunks, InputChunks,
  RowsFrom, RowsTo, RowChannels,                      ///< of the pass back along axis A
  PartsTo,                                            ///< of the moments that it gathers on the way; null: none
  Count
};

/// Rows of axis A in one chunk.
inline constexpr int64_t kRowBlock = 16;

/// A function under construction that sees the context.
class SpectralCode : public SlottedCode<SpectralSlot> {
public:
  SpectralCode(HostBuilder &host, mlir::FloatType element, int64_t lanes)
      : SlottedCode(host, "spectral", element, lanes) {}

  /// Lanes whose sample is in the batch, for a vector that starts with sample `first`: i1 lanes.
  mlir::Value validLanes(Index first) { return lanesBelow((*this)[SpectralSlot::Samples], first); }
  /// The slots that depend on how many complex vectors a slice of the batch has, or on what a lone one holds.
  void setSlice(Index groups, mlir::Value isLone);
  /// Elements of a column's block from one frequency B to the next, for so many complex vectors of so many vectors of channels.
  Index blockPitch(Index groups, Index vectors) { return groups * vectors * (2 * lanes) + lanes; }
  /// Copies `rows` rows of `length` elements, whole vectors, past the caches or through them.
  void stream(mlir::Value from, Index fromPitch, mlir::Value to, Index toPitch, Index rows, Index length) {
    copy(from, fromPitch, to, toPitch, rows, length, [&](mlir::Value v, mlir::Value to) { l.storePast(v, to); });
  }
  void copy(mlir::Value from, Index fromPitch, mlir::Value to, Index toPitch, Index rows, Index length) {
    copy(from, fromPitch, to, toPitch, rows, length, [&](mlir::Value v, mlir::Value to) { l.store(v, to); });
  }
  /// Asks for rows that will soon be read.
  void fetch(mlir::Value from, Index pitch, Index rows, Index length);

  /// A complex sequence of vectors: its first real vector; strides in elements.
  struct Sequence {
    mlir::Value start;
    Index stride, imaginary;
  };
  /// Runs the codelet in `slot`: memory element j of the side that is cut is point j - origin, for j < count.
  /// `twiddles` are what points are multiplied with, real and imaginary parts in turn, for codelets that do.
  void transform(SpectralSlot slot, Sequence from, Sequence to, Index origin, Index count, mlir::Value twiddles = {});

private:
  void copy(mlir::Value from, Index fromPitch, mlir::Value to, Index toPitch, Index rows, Index length,
            llvm::function_ref<void(mlir::Value vector, mlir::Value to)> store);
};

//===- Mixtures of taps, for one vector of pairs ------------------------------------------------------------------===//

/// Where the pass has a tap's pairs: the first tap's, and elements from one tap's to the next.
struct StagedTaps {
  mlir::Value first;
  Index step;
};
/// Makes the taps of vector `vector`.
void mixTaps(SpectralCode &code, Index vector, StagedTaps taps);
/// The gradients of the vector's weights and biases from that of its taps; what the signals' gradient has from it is added to the
/// chunk's part.
void unmixTaps(SpectralCode &code, Index vector, StagedTaps taps, Index chunk);
void clearSignalGradients(SpectralCode &code, Index chunk);
/// Elements of a row of taps in this.
Index mixedTapRow(SpectralCode &code);

//===- Mixtures of spectra, at one frequency of A -----------------------------------------------------------------===//

/// The taps' spectra from those of the signals, which lie at `SignalPitch` and have signals in their lanes.
void mixSpectra(SpectralCode &code, mlir::Value signals, mlir::Value taps);
/// The spectra of the signals' gradient from those of the taps'.
void unmixSpectra(SpectralCode &code, mlir::Value sums, mlir::Value signals);
/// What the frequency gives for the matrix' gradient is added to the chunk's part of it.
void addMatrixGradient(SpectralCode &code, Index chunk, mlir::Value signals, mlir::Value sums);
void clearMatrixGradient(SpectralCode &code, Index chunk);

//===- The functions; each is emitted into the module once ----------------------------------------------------------===//

/// `image_plan` or `signal_plan`: each with the codelets that it chooses from.
void emitSpectralPlan(SpectralCode &code, bool causal);
llvm::StringRef spectralPlanName(bool causal);
/// `stage`: taps and rows along axis A. `taps_back`: the taps' gradient back along axis A.
void emitSpectralTaps(SpectralCode &code);
/// One row of the data: T from memory. `rows_back`: memory from T.
void emitSpectralRows(SpectralCode &code);
/// `signals_back`, by signals: their gradient from that of the taps that were made of them.
void emitSpectralMixedTaps(SpectralCode &code);
/// `matrix` and `matrix_back`, by vectors of pairs: a mixture's matrix for the products, and its gradient.
void emitSpectralMixture(SpectralCode &code);
/// `columns` and `gradient_columns`.
void emitSpectralColumns(SpectralCode &code);

} // namespace flex
