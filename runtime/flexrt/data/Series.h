/// Time series that may differ in length, and the data sets made of them.
#pragma once

#include "flexrt/data/Arguments.h"
#include "flexrt/data/Preparation.h"
#include "flexrt/data/Sets.h"

#include <vector>

namespace flexrt {

/// Labelled series in memory, one after the other.
struct SeriesSet {
  int64_t channels = 0;
  std::vector<float> values;    ///< of each series [channels][length]
  std::vector<int64_t> lengths; ///< by series
  std::vector<float> labels;    ///< by series, from 0

  int64_t count() const { return int64_t(lengths.size()); }
  void add(std::span<const float> series, int64_t length, float label);
};

/// Indices into a list of labels.
struct SeriesSplit {
  std::vector<int64_t> train, test;
};

/// Of every class the share `test` is held back, the same for the same seed. At least one of each class, if it has two.
SeriesSplit stratify(const std::vector<float> &labels, double test, uint64_t seed);

/// The part of the data that `request` asks for, as one array.
///
/// All series are as long as the longest of both parts, and *end* together: what comes before a shorter one is 0 after
/// normalisation, the mean. So the last step is every series' own last one, which is where a sequence network answers.
/// Channels are normalised with the mean and deviation of the training part, or with the arguments `mean` and `std`.
///
/// With the argument `compat`, as the FlexConv authors have it: shorter series repeat their last value, and every *step* is
/// normalised with the mean and deviation over samples and channels of the training part.
///
/// `reading` is what made a series of what a file holds.
std::unique_ptr<Dataset> makeSeries(Arguments &arguments, const DatasetRequest &request, SeriesSet train,
                                    SeriesSet test, int64_t classes, Preparation reading);

} // namespace flexrt
