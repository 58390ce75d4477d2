/// Internal to the passes of the data along axis A: a row, and the code for two rows of a lone vector of samples.
#pragma once

#include "flex/Conversion/SpectralCode.h"

namespace flex {

/// Row o of one channel, in memory and in T; or of the `channels` channels from `channel` on that share a vector in T. Memory has
/// the row's points from `first` up to `count`; address and number are those of point 0, whether it is there or not. A row from
/// a source has no memory.
struct SpectralRow {
  mlir::Value memory, transformed;
  Index first, count;
  Index channel, channels, point;
};

/// Has the input's source write the row's points to `to`, where point 0 would stand, `pitch` elements apart: `vectors` of samples
/// each, 0 where there is no sample. The row that is asked for next is `next` rows further.
void loadFromSource(SpectralCode &code, SpectralRow row, mlir::Value to, Index pitch, Index vectors, int64_t next);

/// Adds the kept points of a row that has come out, in the near cache from `start` on, to the chunk's moments of its channel
/// `number`, if they are wanted. A point has `vectors` vectors.
void addMoments(SpectralCode &code, SpectralRow row, Index number, mlir::Value start, Index pitch, Index vectors);

/// Has the source write two rows of a lone vector to memory.
void fillLoneRows(SpectralCode &code, SpectralRow row, SpectralRow next, mlir::Value hasNext);
/// T's rows from memory's, for two rows at a time; the second is only there where `hasNext` (i1) holds. `isFactor`
/// (i1): T is for the taps' gradient alone, where f stands for -f too. `fromSource` (i1): there is no memory.
void emitLoneRows(SpectralCode &code, SpectralRow row, SpectralRow next, mlir::Value hasNext, mlir::Value isFactor,
                  mlir::Value fromSource);
/// And memory's rows from T's.
void emitLoneRowsBack(SpectralCode &code, SpectralRow row, SpectralRow next, mlir::Value hasNext);

} // namespace flex
