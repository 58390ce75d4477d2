#include "flexrt/data/Series.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"
#include "flexrt/data/ArrayDataset.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace flexrt {
namespace {

/// Knows how long each series was, and what was done to it.
class SeriesDataset : public ArrayDataset {
public:
  /// `values` are prepared already.
  SeriesDataset(const DatasetShape &shape, std::vector<float> values, std::vector<float> labels,
                std::vector<int64_t> lengths, Preparation preparation)
      : ArrayDataset(shape, std::move(values), std::move(labels),
                     {std::vector<double>(size_t(shape.channels)), std::vector<double>(size_t(shape.channels), 1.0)}, {}),
        lengths(std::move(lengths)), preparation_(std::move(preparation)) {}

  Preparation preparation() const override { return preparation_; }
  int64_t steps(int64_t index) const override { return lengths[size_t(index)]; }

private:
  std::vector<int64_t> lengths;
  Preparation preparation_;
};

/// Mean and deviation of each channel over the steps of all series.
Normalisation measureSeries(const SeriesSet &set) {
  Normalisation result{std::vector<double>(size_t(set.channels)), std::vector<double>(size_t(set.channels), 1.0)};
  for (int64_t c = 0; c < set.channels; ++c) {
    const auto average = [&](auto term) {
      double sum = 0, count = 0;
      const float *series = set.values.data();
      for (const int64_t length : set.lengths) {
        for (int64_t t = 0; t < length; ++t)
          sum += term(double(series[c * length + t]));
        count += double(length);
        series += set.channels * length;
      }
      return sum / count;
    };
    const double mean = average([](double v) { return v; });
    const double deviation = std::sqrt(average([&](double v) { return (v - mean) * (v - mean); }));
    result.mean[size_t(c)] = mean;
    if (deviation > 0)
      result.deviation[size_t(c)] = deviation;
  }
  return result;
}

void normalise(SeriesSet &set, const Normalisation &normalisation) {
  float *values = set.values.data();
  for (const int64_t length : set.lengths) {
    normaliseChannels(values, set.channels, length, normalisation);
    values += set.channels * length;
  }
}

/// [series][channels][length]: each channel of each series as `place` has it.
std::vector<float> pack(SeriesSet &set, int64_t length, decltype(placeAtEnd) *place) {
  const auto isFull = [&](int64_t own) { return own == length; };
  if (std::all_of(set.lengths.begin(), set.lengths.end(), isFull))
    return std::move(set.values);
  std::vector<float> packed(size_t(set.count() * set.channels * length));
  const float *from = set.values.data();
  float *to = packed.data();
  for (const int64_t own : set.lengths)
    for (int64_t c = 0; c < set.channels; ++c, from += own, to += length)
      place(from, own, length, to);
  return packed;
}

/// Per step, over series and channels, as the authors have it: the unbiased deviation and 1e-5.
struct StepNormalisation {
  std::vector<double> mean, deviation;

  StepNormalisation(const std::vector<float> &packed, int64_t length)
      : mean(size_t(length)), deviation(size_t(length)) {
    const double rows = double(packed.size()) / double(length);
    for (size_t t = 0; t < size_t(length); ++t) {
      for (size_t at = t; at < packed.size(); at += size_t(length))
        mean[t] += packed[at] / rows;
      double squares = 0;
      for (size_t at = t; at < packed.size(); at += size_t(length))
        squares += (packed[at] - mean[t]) * (packed[at] - mean[t]);
      deviation[t] = std::sqrt(squares / std::max(rows - 1, 1.0)) + 1e-5;
    }
  }
};

} // namespace

void SeriesSet::add(std::span<const float> series, int64_t length, float label) {
  values.insert(values.end(), series.begin(), series.end());
  lengths.push_back(length);
  labels.push_back(label);
}

SeriesSplit stratify(const std::vector<float> &labels, double test, uint64_t seed) {
  std::map<float, std::vector<int64_t>> members;
  for (size_t i = 0; i < labels.size(); ++i)
    members[labels[i]].push_back(int64_t(i));
  SeriesSplit split;
  for (auto &[label, indices] : members) {
    const Stream stream(seed, "stratify", uint32_t(label));
    for (size_t i = indices.size(); i > 1; --i)
      std::swap(indices[i - 1], indices[stream.below(i, i)]);
    const auto all = int64_t(indices.size());
    const int64_t held = all < 2 || test == 0 ? 0 : std::clamp<int64_t>(std::llround(double(all) * test), 1, all - 1);
    split.test.insert(split.test.end(), indices.begin(), indices.begin() + held);
    split.train.insert(split.train.end(), indices.begin() + held, indices.end());
  }
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.test.begin(), split.test.end());
  return split;
}

std::unique_ptr<Dataset> makeSeries(Arguments &arguments, const DatasetRequest &request, SeriesSet train,
                                    SeriesSet test, int64_t classes, Preparation reading) {
  const bool compat = arguments.flag("compat", false);
  for (const SeriesSet *set : {&train, &test})
    if (set->count() == 0)
      throw Error("'" + arguments.name() + "' has no series for " + (set == &train ? "training" : "the test"));
  int64_t length = 0;
  for (const SeriesSet *set : {&train, &test})
    length = std::max(length, *std::max_element(set->lengths.begin(), set->lengths.end()));
  SeriesSet &asked = request.split == Split::train ? train : test;
  const DatasetShape shape{.samples = asked.count(), .channels = asked.channels, .rank = 1, .size = {length, 1},
                           .classes = classes, .targets = 1};
  // The arguments are asked for in either case, so that a wrong one is refused.
  const Normalisation usual = compat ? Normalisation{std::vector<double>(size_t(shape.channels)),
                                                     std::vector<double>(size_t(shape.channels), 1.0)}
                                     : measureSeries(train);
  const Normalisation channels = normalisationOf(arguments, shape.channels, usual);
  if (compat && (arguments.has("mean") || arguments.has("std")))
    throw Error("'" + arguments.name() + "' takes no mean or std with compat: it normalises every step", {},
                ExitCode::usage);
  std::vector<float> values;
  std::vector<int64_t> lengths(size_t(shape.samples), length);
  if (compat) {
    std::vector<float> reference = pack(train, length, placeAndRepeat);
    const StepNormalisation by(reference, length);
    values = request.split == Split::train ? std::move(reference) : pack(test, length, placeAndRepeat);
    normaliseSteps(values, by.mean, by.deviation);
    reading.add(steps::repeatLast(length), shape.size);
    reading.add(steps::normaliseSteps(by.mean, by.deviation), shape.size);
  } else {
    normalise(asked, channels);
    lengths = asked.lengths;
    values = pack(asked, length, placeAtEnd);
    reading.add(steps::normalise(channels), shape.size);
    reading.add(steps::endTogether(length), shape.size);
  }
  return std::make_unique<SeriesDataset>(shape, std::move(values), std::move(asked.labels), std::move(lengths),
                                         std::move(reading));
}

} // namespace flexrt
