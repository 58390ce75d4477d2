/// How many factors a function of the position is a product of: as many bounds `bands` has.
#pragma once

#include "flex/Elaborate/Pool.h"

namespace flex::elab {

/// Sines, cosines and exponentials of the position are waves; waves of the same channel that are multiplied are one
/// factor, unless a linear map has combined channels of one of them before. The flex dialect's band rules count alike
/// (compiler/flex/Dialect/BandLimits.cpp); what they make of a value that is no product of waves is their business.
int64_t countFactors(const Pool &pool, ValueId value);

} // namespace flex::elab
