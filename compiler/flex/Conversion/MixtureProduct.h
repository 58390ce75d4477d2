/// Products of a mixture: rows of lanes with coefficients that are repeated over them. Taps are mixed of signals with it,
/// spectra of taps of the signals' spectra, and gradients go the other way.
#pragma once

#include "flex/Conversion/PassCode.h"

namespace flex {

/// C[i] = sum over k of a(i, k) B[k], on whole vectors, terms in the order of k; with `accumulate` added to C.
///   (a: ptr, aRow, aInner,       a(0, 0), bytes to a(1, 0) and to a(0, 1)
///    b: ptr, bInner,             B[0], and bytes to B[1]
///    c: ptr, cRow,               C[0], and bytes to C[1]; overlaps neither
///    rows, inner, vectors)       numbers of i and of k, and vectors of a row
/// The function's name, `flex.mixture.product.{plain|add}.{f32|f64}`; emitted into the module if it is not there yet.
std::string mixtureProduct(PassCode &code, bool accumulate);

/// to(i, j) = sum over t of X[i](t) Y[j](t).
///   (x: ptr, xRow, xs,           X[0], bytes to X[1], and how many there are
///    y: ptr, yRow, ys,
///    to: ptr, toRow,             to(0, 0), and bytes to to(1, 0)
///    count)                      numbers of t; what follows them is not looked at
/// Named `flex.mixture.dots.{f32|f64}`.
std::string mixtureDots(PassCode &code);

} // namespace flex
